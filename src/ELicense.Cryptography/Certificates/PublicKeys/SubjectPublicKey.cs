using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>Kinds of keys that a certificate may be for.</summary>
public enum SubjectKeyKind
{
    P256,
    P384,
    Rsa,
    Ed25519,
}

/// <summary>
/// A public key that a certificate is for: encoded as its standard says, on its curve. Whether it is strong enough is the question of <see cref="KeyRule"/>.
/// </summary>
public sealed class SubjectPublicKey
{
    // RSA of 16,384 bits has 2,100 octets; nothing longer is looked at.
    private const int MaxBytes = 2_200;
    private const int MaxDepth = 8; // explicit curve parameters have six levels, and deserve their own refusal
    private const byte Uncompressed = 4; // SEC 1 2.3.3

    private SubjectPublicKey(SubjectKeyKind kind, ReadOnlyMemory<byte> subjectPublicKeyInfo) => (Kind, SubjectPublicKeyInfo) = (kind, subjectPublicKeyInfo);

    public SubjectKeyKind Kind { get; }

    /// <summary>DER, RFC 5280 4.1.2.7.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The BIT STRING's octets: what key identifiers are made of (RFC 5280 4.2.1.2, RFC 6960 4.1.1).</summary>
    public ReadOnlyMemory<byte> KeyBits { get; private init; }

    /// <summary>RSA only.</summary>
    public BigInteger Modulus { get; private init; }

    /// <summary>RSA only.</summary>
    public BigInteger Exponent { get; private init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: two certificates for one key have the same.</summary>
    public Digest Fingerprint => Digest.Of(SubjectPublicKeyInfo.Span);

    /// <summary>RFC 7093 2, method 1: the leftmost 160 bits of SHA-256 of the key's bits.</summary>
    public byte[] KeyIdentifier => SHA256.HashData(KeyBits.Span)[..20];

    public static SubjectPublicKey Of(VerificationKey key) =>
        TryRead(key.SubjectPublicKeyInfo, out var subjectKey, out var refusal) ? subjectKey : throw new CryptographicException(refusal.ToString());

    /// <summary>Codes: too-large, too-deep, malformed, algorithm-unsupported.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out SubjectPublicKey? key, out Refusal refusal)
    {
        key = null;
        if (!BoundedDer.Check(subjectPublicKeyInfo.Span, MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            key = Read(subjectPublicKeyInfo.ToArray(), out refusal);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            refusal = new Refusal(Codes.Malformed, "The public key is not encoded as its algorithm says, or not on its curve.");
        }

        return key is not null;
    }

    /// <summary>False for a wrong signature and for an algorithm of another kind of key; never throws for foreign bytes.</summary>
    public bool Verify(SignatureAlgorithm algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!algorithm.Serves(Kind))
            return false;
        try
        {
            switch (Kind)
            {
                case SubjectKeyKind.Ed25519:
                    return VerificationKey.TryImport(SubjectPublicKeyInfo.Span, out var edwards, out _) && edwards.Verify(message, signature);
                case SubjectKeyKind.Rsa:
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(SubjectPublicKeyInfo.Span, out _);
                        return rsa.VerifyData(message, signature, algorithm.Hash, RSASignaturePadding.Pkcs1);
                    }

                default:
                    using (var elliptic = ECDsa.Create())
                    {
                        elliptic.ImportSubjectPublicKeyInfo(SubjectPublicKeyInfo.Span, out _);
                        return elliptic.VerifyData(message, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
                    }
            }
        }
        catch (CryptographicException)
        {
            // OpenSSL says so for signatures that are none at all, and for RSA keys that it cannot use.
            return false;
        }
    }

    private static SubjectPublicKey? Read(byte[] der, out Refusal refusal)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = info.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        if (!info.TryReadPrimitiveBitString(out var unused, out var bits) || unused != 0)
            throw new AsnContentException();
        info.ThrowIfNotEmpty();

        refusal = default;
        switch (oid)
        {
            case X509Oids.EcPublicKey when algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier):
                return Elliptic(der, algorithm.ReadObjectIdentifier(), bits, out refusal);
            case X509Oids.RsaEncryption:
                algorithm.ReadNull(); // RFC 3279 2.3.1
                algorithm.ThrowIfNotEmpty();
                return Rsa(der, bits);
            case X509Oids.Ed25519:
                algorithm.ThrowIfNotEmpty(); // RFC 8410 3
                return VerificationKey.TryImport(der, out _, out refusal) ? new SubjectPublicKey(SubjectKeyKind.Ed25519, der) { KeyBits = bits } : null;
            default:
                return Unsupported($"The key's algorithm {oid} is not served: P-256, P-384 (as named curves), RSA or Ed25519.", out refusal);
        }
    }

    private static SubjectPublicKey? Elliptic(byte[] der, string curve, ReadOnlyMemory<byte> point, out Refusal refusal)
    {
        var (kind, size) = curve switch
        {
            X509Oids.Secp256r1 => (SubjectKeyKind.P256, 32),
            X509Oids.Secp384r1 => (SubjectKeyKind.P384, 48),
            _ => (default, 0),
        };
        if (size == 0)
            return Unsupported($"The curve {curve} is not served: P-256 or P-384.", out refusal);
        refusal = default;
        if (point.Length != 1 + (2 * size) || point.Span[0] != Uncompressed) // RFC 5480 2.2
            throw new AsnContentException();
        using var elliptic = ECDsa.Create();
        elliptic.ImportSubjectPublicKeyInfo(der, out _); // ranges and the curve's equation: SEC 1 3.2.2.1
        return new SubjectPublicKey(kind, der) { KeyBits = point };
    }

    // RFC 3279 2.3.1: RSAPublicKey ::= SEQUENCE { modulus, publicExponent }
    private static SubjectPublicKey Rsa(byte[] der, ReadOnlyMemory<byte> bits)
    {
        var outer = new AsnReader(bits, AsnEncodingRules.DER);
        var key = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var (modulus, exponent) = (key.ReadInteger(), key.ReadInteger());
        key.ThrowIfNotEmpty();
        return modulus.Sign > 0 && exponent.Sign > 0
            ? new SubjectPublicKey(SubjectKeyKind.Rsa, der) { KeyBits = bits, Modulus = modulus, Exponent = exponent }
            : throw new AsnContentException();
    }

    private static SubjectPublicKey? Unsupported(string detail, out Refusal refusal)
    {
        refusal = new Refusal(Codes.AlgorithmUnsupported, detail);
        return null;
    }
}
