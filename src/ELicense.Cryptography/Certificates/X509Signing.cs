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
    internal static byte[] Sign(SigningKey key, ReadOnlySpan<byte> toBeSigned)
    {
        var signature = Signature(key, toBeSigned);
        var writer = new AsnWriter(AsnEncodingRules.DER, toBeSigned.Length + 256);
        using (writer.PushSequence())
            Write(writer, key.Suite, toBeSigned, signature);
        return writer.Encode();
    }

    /// <summary>The three members, within a SEQUENCE.</summary>
    /// <param name="signature">As X.509 carries it.</param>
    internal static void Write(AsnWriter writer, Suite suite, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        writer.WriteEncodedValue(signed);
        writer.WriteEncodedValue(AlgorithmIdentifier(suite));
        writer.WriteBitString(signature);
    }

    /// <summary>A checked signature as X.509 carries it: ECDSA-Sig-Value in DER, or Ed25519's 64 bytes.</summary>
    public static byte[] Signature(SigningKey key, ReadOnlySpan<byte> message) => Checked(key.PublicKey, message, key.Sign(message));

    /// <summary>The same for a signature that was made.</summary>
    internal static byte[] Checked(VerificationKey key, ReadOnlySpan<byte> message, byte[] signature) => key.Verify(message, signature)
        ? Encoded(key.Suite, signature)
        : throw new CryptographicException($"The signature of {key} is wrong.");

    /// <summary>A signature of a suite's length as X.509 carries it.</summary>
    internal static byte[] Encoded(Suite suite, byte[] signature) => suite == Suite.Es256 ? ToDer(signature) : signature;

    private static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        Span<byte> der = stackalloc byte[EcdsaSigValue.MaxSize];
        return der[..EcdsaSigValue.Write(signature, der)].ToArray();
    }
}
