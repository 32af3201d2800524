namespace ELicense.Pkcs11;

public enum Pkcs11KeyType
{
    /// <summary>CKK_EC on prime256v1, CKM_ECDSA.</summary>
    P256,

    /// <summary>CKK_EC_EDWARDS, CKM_EDDSA.</summary>
    Ed25519,
}

/// <summary>A token with its login and its pool of sessions. A wrong PIN is never tried again: it is latched until a new object is made by an operator's act.</summary>
public sealed class Pkcs11Token : IDisposable
{
    public TokenInfo Info => throw new NotImplementedException();

    /// <summary>A pair on the token; the private key sensitive, not extractable, sign only. The id is the first 8 bytes of SHA-256 of the SubjectPublicKeyInfo.</summary>
    public Pkcs11Key GenerateKeyPair(Pkcs11KeyType type, string label) => throw new NotImplementedException();

    /// <summary>Null when there is none; two with one label are refused.</summary>
    public Pkcs11Key? FindKey(string label) => throw new NotImplementedException();

    public IReadOnlyList<Pkcs11Key> Keys() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>A private key on a token with its public half.</summary>
public sealed class Pkcs11Key
{
    public string Label => throw new NotImplementedException();

    public Pkcs11KeyType Type => throw new NotImplementedException();

    /// <summary>DER SubjectPublicKeyInfo, built from CKA_EC_POINT.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => throw new NotImplementedException();

    public bool Sensitive => throw new NotImplementedException();

    public bool AlwaysSensitive => throw new NotImplementedException();

    public bool NeverExtractable => throw new NotImplementedException();

    /// <summary>P-256: the 32 bytes of a SHA-256 digest → r‖s. Ed25519: the message → 64 bytes. Threads share the token's session pool.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => throw new NotImplementedException();
}
