using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Hosting;

/// <summary>Receipts of the public zone.</summary>
/// <param name="Key">PKCS#11 URI (RFC 7512) of its P-256 key, with pin-source; null: a token of its own beside a development hierarchy, else no receipts.</param>
internal sealed record ReceiptConfiguration(string? Key = null)
{
    /// <param name="path">Of the configuration.</param>
    public void Check(string path)
    {
        if (Key is not null && !Pkcs11Uri.TryParse(Key, out _, out var fault))
            throw new CommandException(Codes.ConfigFormat, $"{path}: receipts.key: {fault}", ExitCodes.Usage);
    }
}
