using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// Ed25519 (RFC 8032 5.1), by libsodium. Public key 32 bytes, private key (seed) 32 bytes, signature 64 bytes. The message is not hashed before.
/// Encodings: RFC 8410.
/// </summary>
internal static class Ed25519
{
    public const int PublicKeySize = 32;
    public const int SeedSize = 32;

    // RFC 8410 4: SEQUENCE { SEQUENCE { id-Ed25519 }, BIT STRING { 32 bytes } }, up to the key.
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    // RFC 8410 7: SEQUENCE { 0, SEQUENCE { id-Ed25519 }, OCTET STRING { OCTET STRING { 32 bytes } } }, up to the seed.
    private static ReadOnlySpan<byte> PrivatePrefix => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    public static bool IsSubjectPublicKeyInfo(ReadOnlySpan<byte> der) => der.Length == Prefix.Length + PublicKeySize && der.StartsWith(Prefix);

    public static bool IsPrivateKeyInfo(ReadOnlySpan<byte> der) => der.Length == PrivatePrefix.Length + SeedSize && der.StartsWith(PrivatePrefix);

    /// <returns>Null for a key that is not canonical, not on the curve, or of small order: such a key "verifies" what nobody signed.</returns>
    public static VerificationKey? TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        Libsodium.Initialize();
        return Libsodium.crypto_core_ed25519_is_valid_point(subjectPublicKeyInfo[^PublicKeySize..]) == 1
            ? new PublicKey(subjectPublicKeyInfo.ToArray())
            : null;
    }

    public static SoftwareSigningKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        RandomNumberGenerator.Fill(seed);
        var key = new PrivateKey(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    public static SoftwareSigningKey ImportPrivate(ReadOnlySpan<byte> pkcs8) => new PrivateKey(pkcs8[^SeedSize..]);

    private sealed class PublicKey(byte[] subjectPublicKeyInfo) : VerificationKey(subjectPublicKeyInfo, PublicKeySize)
    {
        public override Suite Suite => Suite.Ed25519;

        // libsodium also refuses s ≥ L (RFC 8032 5.1.7) and an R of small order.
        public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
            signature.Length == Suites.SignatureSize
            && Libsodium.crypto_sign_verify_detached(signature, message, (ulong)message.Length, RawKey.Span) == 0;
    }

    private sealed class PrivateKey : SoftwareSigningKey
    {
        // libsodium's form: seed ‖ public key.
        private readonly byte[] _secretKey = GC.AllocateArray<byte>(SeedSize + PublicKeySize, pinned: true);
        private bool _disposed;

        public PrivateKey(ReadOnlySpan<byte> seed)
        {
            Libsodium.Initialize();
            var subjectPublicKeyInfo = new byte[Prefix.Length + PublicKeySize];
            Prefix.CopyTo(subjectPublicKeyInfo);
            if (Libsodium.crypto_sign_seed_keypair(subjectPublicKeyInfo.AsSpan(Prefix.Length), _secretKey, seed) != 0)
                throw new CryptographicException("crypto_sign_seed_keypair failed.");
            PublicKey = new PublicKey(subjectPublicKeyInfo);
        }

        public override VerificationKey PublicKey { get; }

        public override byte[] ExportPkcs8()
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return [.. PrivatePrefix, .. _secretKey.AsSpan(0, SeedSize)];
        }

        protected override byte[] SignCore(ReadOnlySpan<byte> message)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var signature = new byte[Suites.SignatureSize];
            if (Libsodium.crypto_sign_detached(signature, 0, message, (ulong)message.Length, _secretKey) != 0)
                throw new CryptographicException("crypto_sign_detached failed.");
            return signature;
        }

        protected override void Dispose(bool disposing)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_secretKey);
            base.Dispose(disposing);
        }
    }
}
