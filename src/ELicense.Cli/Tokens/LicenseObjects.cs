using ELicense.Core.Licenses;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>The license (.elic) beside the key: a data object of CKA_APPLICATION "ELicense", labelled with the license number.</summary>
internal static class LicenseObjects
{
    public const string Application = "ELicense";

    public static TokenObject Of(LicenseNumber license, ReadOnlyMemory<byte> file) => TokenObject.Data(Application, $"{license}.elic", file);

    public static bool Is(TokenObject found) => found is { Kind: TokenObjectKind.Data, Application: Application };
}
