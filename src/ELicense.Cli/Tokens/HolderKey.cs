using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>A key on a token and the certificate beside it that is for this key.</summary>
internal sealed record HolderKey(SigningKey Key, ReadOnlyMemory<byte> Certificate, string CertificateSerial) : IDisposable
{
    /// <summary>The one pair on the token; of several certificates for one key the one that began last.</summary>
    /// <param name="label">CKA_LABEL of the key where there are several; null: the only one that has a certificate.</param>
    public static HolderKey Find(Pkcs11Token token, string? label)
    {
        var certificates = token.Objects().Where(found => found.Kind == TokenObjectKind.Certificate).Select(Read).OfType<(ReadOnlyMemory<byte> Der, DecodedCertificate Decoded)>().ToList();
        var pairs = token.Keys().Where(key => label is null || key.Label == label)
            .Select(key => (Key: key, Found: certificates.Where(one => one.Decoded.SubjectPublicKeyInfo.Span.SequenceEqual(key.SubjectPublicKeyInfo.Span)).OrderBy(one => one.Decoded.From).LastOrDefault()))
            .Where(pair => pair.Found.Decoded is not null).ToList();
        return pairs switch
        {
            [var only] => new HolderKey(Pkcs11SigningKey.Open(only.Key), only.Found.Der, SerialOf(only.Found.Decoded)),
            [] => throw new CommandException(Codes.TokenIncomplete, $"The {token} has no key{(label is null ? "" : $" '{label}'")} with a certificate: elicense token personalize.", ExitCodes.Failed),
            _ => throw new CommandException(
                Codes.KeyAmbiguous, $"{pairs.Count} keys on the {token} have certificates; name one with --key: {string.Join(", ", pairs.Select(pair => pair.Key.Label))}.", ExitCodes.Usage),
        };
    }

    /// <summary>As the register and the log have it; empty for one that is none of RFC 5280 4.1.2.2.</summary>
    public static string SerialOf(DecodedCertificate certificate) => SerialNumber.TryFromInteger(certificate.SerialOctets.Span, out var serial) ? serial.Hex : "";

    public void Dispose() => Key.Dispose();

    private static (ReadOnlyMemory<byte> Der, DecodedCertificate Decoded)? Read(TokenObject found) =>
        DecodedCertificate.TryReadCertificate(found.Value, out var decoded, out _) ? (found.Value, decoded) : null;
}
