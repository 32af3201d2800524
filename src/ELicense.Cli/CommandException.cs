namespace ELicense.Cli;

/// <summary>A command cannot go on; said to the user on stderr with its stable code, without a stack trace.</summary>
internal class CommandException(string code, string message, int exitCode) : Exception(message)
{
    public string Code { get; } = code;

    public int ExitCode { get; } = exitCode;
}
