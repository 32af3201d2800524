using System.CommandLine;
using ELicense.Core;

namespace ELicense.Cli.Officers;

/// <summary>The options of every command that an officer gives to an authority: where its door is, who asks, whom to trust.</summary>
internal sealed class OfficerOptions
{
    private readonly Option<string> _authority = new("--authority") { Description = "address of the officers' door, e.g. https://127.0.0.1:5081", HelpName = "URL", Required = true };
    private readonly Option<string> _officer = new("--officer") { Description = "the officer's certificate and key in one PEM file", HelpName = "PEM", Required = true };
    private readonly Option<string?> _ca = new("--ca") { Description = "root certificate (PEM) of the door's own certificate; without it, the roots that this machine trusts", HelpName = "PEM" };

    public void AddTo(Command command)
    {
        command.Options.Add(_authority);
        command.Options.Add(_officer);
        command.Options.Add(_ca);
    }

    public AuthorityDoor Open(ParseResult parsed)
    {
        if (!Uri.TryCreate(parsed.GetValue(_authority), UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.AbsolutePath != "/")
            throw new CommandException(Codes.AddressFormat, "--authority wants an address such as https://127.0.0.1:5081.", ExitCodes.Usage);
        return AuthorityDoor.Open(address, parsed.GetValue(_officer)!, parsed.GetValue(_ca));
    }

    /// <summary>The same options again, for a command that is proposed to the reader.</summary>
    /// <param name="officer">Another person's file; null: the same one.</param>
    public string Repeat(ParseResult parsed, string? officer = null)
    {
        var ca = parsed.GetValue(_ca) is { } file ? $" --ca {file}" : "";
        return $"--authority {parsed.GetValue(_authority)} --officer {officer ?? parsed.GetValue(_officer)}{ca}";
    }
}
