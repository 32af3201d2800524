using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>A private key in memory: for tests, and for the PEM files of a development hierarchy.</summary>
public abstract class SoftwareSigningKey : SigningKey
{
    private const string PemLabel = "PRIVATE KEY";

    private protected SoftwareSigningKey()
    {
    }

    public static SoftwareSigningKey Generate(Suite suite) => suite switch
    {
        Suite.Es256 => Es256.Generate(),
        Suite.Ed25519 => Ed25519.Generate(),
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "No such suite."),
    };

    /// <summary>The first "PRIVATE KEY" block (RFC 7468 10) of the text: a P-256 or Ed25519 key. Others throw <see cref="CryptographicException"/>.</summary>
    public static SoftwareSigningKey FromPem(string pem)
    {
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].SequenceEqual(PemLabel))
                return FromPkcs8(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
            rest = rest[fields.Location.End..];
        }

        throw new CryptographicException($"The text has no PEM block labelled {PemLabel}.");
    }

    /// <summary>DER of RFC 5958 (for Ed25519 RFC 8410 7, without the public key). The caller's bytes are wiped.</summary>
    public static SoftwareSigningKey FromPkcs8(byte[] pkcs8)
    {
        try
        {
            return Ed25519.IsPrivateKeyInfo(pkcs8) ? Ed25519.ImportPrivate(pkcs8) : Es256.ImportPrivate(pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>DER of RFC 5958, unencrypted.</summary>
    public abstract byte[] ExportPkcs8();

    /// <summary>"PRIVATE KEY" PEM, unencrypted; ends with a line feed.</summary>
    public string ExportPem() => PemEncoding.WriteString(PemLabel, ExportPkcs8()) + "\n";
}
