using ELicense.Cryptography.Keys;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>A real key whose Nth signature fails as told: thrown, or altered in one bit.</summary>
internal sealed class FaultySigningKey(SigningKey key) : SigningKey
{
    private int _calls;

    /// <summary>1 is the next call; 0: none.</summary>
    public int ThrowAt { get; set; }

    public int AlterAt { get; set; }

    public bool ThrowAlways { get; set; }

    public int Calls => _calls;

    public override VerificationKey PublicKey => key.PublicKey;

    protected override byte[] SignCore(ReadOnlySpan<byte> message)
    {
        var call = Interlocked.Increment(ref _calls);
        if (ThrowAlways || call == ThrowAt)
            throw new InvalidOperationException("CKR_DEVICE_REMOVED");
        var signature = key.Sign(message);
        if (call == AlterAt)
            signature[17] ^= 1;
        return signature;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            key.Dispose();
        base.Dispose(disposing);
    }
}
