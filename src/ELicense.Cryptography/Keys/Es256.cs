using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ELicense.Core;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// ECDSA with P-256 and SHA-256 (FIPS 186-5; RFC 7518 3.4, RFC 9053 2.1), by the system's OpenSSL: private keys through .NET, verification through contexts that are used again (<see cref="EvpKey"/>), or, with a
/// key that verified many, through a table of its own (<see cref="P256Table"/>).
/// Public key: uncompressed point, 65 bytes (RFC 5480 2.2). Signature: r‖s, 64 bytes. The message is hashed within.
/// </summary>
internal static class Es256
{
    public const int PointSize = 65;
    private const DSASignatureFormat FixedSize = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    // RFC 5480 2.1: SEQUENCE { SEQUENCE { id-ecPublicKey, secp256r1 }, BIT STRING { 04 ‖ x ‖ y } }, up to x.
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
        0x03, 0x42, 0x00, 0x04,
    ];

    public static bool IsSubjectPublicKeyInfo(ReadOnlySpan<byte> der) => der.Length == Prefix.Length + PointSize - 1 && der.StartsWith(Prefix);

    /// <returns>Null for a point that is not on the curve.</returns>
    public static VerificationKey? TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        EvpKey.TryImport(subjectPublicKeyInfo) is { } key ? new PublicKey(subjectPublicKeyInfo.ToArray(), key) : null;

    public static SoftwareSigningKey Generate() => new PrivateKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static SoftwareSigningKey ImportPrivate(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out var read);
            if (read != pkcs8.Length)
                throw new CryptographicException("Bytes follow the PKCS #8 private key.");
            return new PrivateKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "A public key lives as long as anybody holds it; the handle within is released with it.")]
    internal sealed class PublicKey(byte[] subjectPublicKeyInfo, EvpKey key) : VerificationKey(subjectPublicKeyInfo, PointSize)
    {
        // What a table costs is what it saves in about so many verifications.
        private const int WorthATable = 700;

        private int _verified;
        private P256Table? _table;

        public override Suite Suite => Suite.Es256;

        public bool HasTable => Volatile.Read(ref _table) is not null;

        public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Verify(message, Digest.Of(message), signature);

        public override bool Verify(ReadOnlySpan<byte> message, in Digest digest, ReadOnlySpan<byte> signature)
        {
            if (signature.Length != Suites.SignatureSize)
                return false;
            if (Volatile.Read(ref _table) is { } table)
                return table.Verify(digest.Span, signature);
            Span<byte> der = stackalloc byte[EcdsaSigValue.MaxSize];
            if (!key.Verify(digest.Span, der[..EcdsaSigValue.Write(signature, der)]))
                return false;
            // Only who has the private key makes a table come; where there was none to have, it is asked for again.
            if (Interlocked.Increment(ref _verified) % WorthATable == 0)
                Volatile.Write(ref _table, P256Table.TryBuild(RawKey.Span));
            return true;
        }
    }

    private sealed class PrivateKey : SoftwareSigningKey
    {
        private readonly ECDsa _key;

        public PrivateKey(ECDsa key)
        {
            _key = key;
            PublicKey = VerificationKey.TryImport(key.ExportSubjectPublicKeyInfo(), out var publicKey, out var refusal)
                ? publicKey
                : throw new CryptographicException(refusal.ToString());
        }

        public override VerificationKey PublicKey { get; }

        public override byte[] ExportPkcs8() => _key.ExportPkcs8PrivateKey();

        protected override byte[] SignCore(ReadOnlySpan<byte> message) => _key.SignData(message, HashAlgorithmName.SHA256, FixedSize);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _key.Dispose();
            base.Dispose(disposing);
        }
    }
}
