using System.CommandLine;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token …</c>: the tokens of enterprises and what is on them (docs/tokens.md).</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "令牌: tokens of enterprises and what is on them")
    {
        TokenListCommand.Create(),
        TokenInitCommand.Create(),
        TokenPinCommand.Create(),
        TokenPersonalizeCommand.Create(),
        TokenInspectCommand.Create(),
        TokenSignCommand.Create(),
    };
}
