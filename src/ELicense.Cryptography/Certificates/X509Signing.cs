using System.Formats.Asn1;
using System.Security.Cryptography;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates;

/// <summary>What X.509 certificates, CRLs and OCSP answers have in common: SEQUENCE { signed, signatureAlgorithm, signature } (RFC 5280 4.1, 5.1; RFC 6960 4.2.1).</summary>
public static class X509Signing
{
    /// <summary>AlgorithmIdentifier, DER.</summary>
    internal static ReadOnlySpan<byte> AlgorithmIdentifier(Suite suite) => suite switch
    {
        // RFC 5758 3.2: ecdsa-with-SHA256 without parameters.
        Suite.Es256 => [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],

        // RFC 8410 3: id-Ed25519 without parameters.
        Suite.Ed25519 => [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70],
        _ => throw new CryptographicException($"{suite} signs no certificates."),
    };

    /// <summary>Signs exactly these bytes, and checks the signature before anything is released.</summary>
    /// <param name="toBeSigned">One DER value.</param>
    /// <param name="writeAfter">What follows the signature in the SEQUENCE: the certificates of a BasicOCSPResponse.</param>
    internal static byte[] Sign(SigningKey key, ReadOnlySpan<byte> toBeSigned, Action<AsnWriter>? writeAfter = null)
    {
        var signature = Signature(key, toBeSigned);
        var writer = new AsnWriter(AsnEncodingRules.DER, toBeSigned.Length + 256);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(toBeSigned);
            writer.WriteEncodedValue(AlgorithmIdentifier(key.Suite));
            writer.WriteBitString(signature);
            writeAfter?.Invoke(writer);
        }

        return writer.Encode();
    }

    /// <summary>A checked signature as X.509 carries it: ECDSA-Sig-Value in DER, or Ed25519's 64 bytes.</summary>
    public static byte[] Signature(SigningKey key, ReadOnlySpan<byte> message)
    {
        var signature = key.Sign(message);
        if (!key.PublicKey.Verify(message, signature))
            throw new CryptographicException($"The signature of {key.PublicKey} is wrong.");
        return key.Suite == Suite.Es256 ? ToDer(signature) : signature;
    }

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
