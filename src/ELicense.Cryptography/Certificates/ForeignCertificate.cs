using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates;

/// <summary>Certificates that somebody else brought: bounded before the platform's reader sees them.</summary>
public static class ForeignCertificate
{
    private const int MaxDepth = 16;

    /// <summary>Codes: too-large, too-deep, malformed.</summary>
    /// <param name="bytes">DER, or one PEM block of a certificate with whatever stands around it.</param>
    /// <param name="certificate">The caller disposes of it.</param>
    public static bool TryLoad(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out X509Certificate2? certificate, out Refusal refusal)
    {
        certificate = null;
        if (!bytes.StartsWith((ReadOnlySpan<byte>)[0x30]))
            return TryLoadPem(bytes, out certificate, out refusal);
        if (!BoundedDer.Check(bytes, DecodedCertificate.MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(bytes);
            return true;
        }
        catch (CryptographicException e)
        {
            refusal = new Refusal(Codes.Malformed, $"Not a certificate of RFC 5280 4.1: {e.Message}");
            return false;
        }
    }

    private static bool TryLoadPem(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out X509Certificate2? certificate, out Refusal refusal)
    {
        certificate = null;
        refusal = new Refusal(Codes.TooLarge, $"{bytes.Length} bytes, more than a certificate has.");
        if (bytes.Length > 2 * DecodedCertificate.MaxBytes)
            return false;
        refusal = new Refusal(Codes.Malformed, "Neither DER nor PEM of a certificate.");
        return PemEncoding.TryFindUtf8(bytes, out var fields) && bytes[fields.Label].SequenceEqual("CERTIFICATE"u8)
            && TryDecode(bytes[fields.Base64Data], out var der) && der is [0x30, ..] && TryLoad(der, out certificate, out refusal);
    }

    private static bool TryDecode(ReadOnlySpan<byte> base64, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        try
        {
            der = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(base64));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
