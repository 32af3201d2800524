using ELicense.Pkcs11;

namespace ELicense.Cryptography.Keys;

/// <summary>A private key inside a PKCS#11 token; the only code of the house that uses the binding.</summary>
public sealed class Pkcs11SigningKey : SigningKey
{
    /// <summary>Opens the key with the label and pins its public key.</summary>
    /// <param name="pinned">When given, another public key on the token is refused with code key-differs (a swapped token).</param>
    public static Pkcs11SigningKey Open(Pkcs11Token token, string label, VerificationKey? pinned = null) => throw new NotImplementedException();

    public override VerificationKey PublicKey => throw new NotImplementedException();

    protected override byte[] SignCore(ReadOnlySpan<byte> message) => throw new NotImplementedException();
}
