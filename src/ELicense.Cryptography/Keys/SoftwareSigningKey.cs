namespace ELicense.Cryptography.Keys;

/// <summary>A private key in memory: for tests, and for the PEM files of a development hierarchy.</summary>
public sealed class SoftwareSigningKey : SigningKey
{
    public static SoftwareSigningKey Generate(Suite suite) => throw new NotImplementedException();

    public override VerificationKey PublicKey => throw new NotImplementedException();

    protected override byte[] SignCore(ReadOnlySpan<byte> message) => throw new NotImplementedException();
}
