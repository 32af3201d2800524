using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates;

/// <summary>A <see cref="SigningKey"/>, of a token too, for .NET's builders of certificates and lists. Checks each signature before it is used.</summary>
internal sealed class CertificateSignatures(SigningKey key) : X509SignatureGenerator
{
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => key.Suite switch
    {
        // RFC 5758 3.2: ecdsa-with-SHA256 without parameters.
        Suite.Es256 => [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],

        // RFC 8410 3: id-Ed25519 without parameters.
        Suite.Ed25519 => [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70],
        _ => throw new CryptographicException($"{key.Suite} signs no certificates."),
    };

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        var signature = key.Sign(data);
        if (!key.PublicKey.Verify(data, signature))
            throw new CryptographicException($"The signature of {key.PublicKey} is wrong.");
        return key.Suite == Suite.Es256 ? ToDer(signature) : signature;
    }

    protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo.Span, out _);

    // RFC 3279 2.2.3: SEQUENCE { r, s }.
    private static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        var half = signature.Length / 2;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Minimal(signature[..half]));
            writer.WriteIntegerUnsigned(Minimal(signature[half..]));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Minimal(ReadOnlySpan<byte> number)
    {
        var first = number.IndexOfAnyExcept((byte)0);
        return first < 0 ? number[^1..] : number[first..];
    }
}
