using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Hosting;

/// <summary>Statements of one kind that the public zone signs: receipts, badges.</summary>
/// <param name="Key">PKCS#11 URI (RFC 7512) of its P-256 key, with pin-source; null: a token of its own beside a development hierarchy, else none are signed.</param>
internal sealed record StatementConfiguration(string? Key = null)
{
    /// <param name="member">Of the configuration.</param>
    /// <param name="path">Of the configuration.</param>
    public void Check(string member, string path)
    {
        if (Key is not null && !Pkcs11Uri.TryParse(Key, out _, out var fault))
            throw new CommandException(Codes.ConfigFormat, $"{path}: {member}.key: {fault}", ExitCodes.Usage);
    }
}
