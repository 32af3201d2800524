namespace ELicense.Pkcs11;

/// <summary>CKA_CLASS of what lies on tokens.</summary>
public enum TokenObjectKind
{
    Data,
    Certificate,
    PublicKey,
    PrivateKey,

    /// <summary>Anything else: shown, never read.</summary>
    Other,
}

/// <summary>An object on a token, as its attributes say.</summary>
/// <param name="Id">CKA_ID; empty for data, which has none.</param>
/// <param name="Application">CKA_APPLICATION, of data only.</param>
/// <param name="Value">CKA_VALUE of data and certificates (DER); empty for keys.</param>
public sealed record TokenObject(TokenObjectKind Kind, string Label, ReadOnlyMemory<byte> Id, string? Application, ReadOnlyMemory<byte> Value)
{
    /// <summary>What a reader of CKA_VALUE takes: tokens of enterprises hold a few KiB in all.</summary>
    public const int MaxValueBytes = 64 * 1024;

    public static TokenObject Data(string application, string label, ReadOnlyMemory<byte> value) => new(TokenObjectKind.Data, label, default, application, value);

    /// <param name="id">That of the key pair it is for.</param>
    /// <param name="der">X.509.</param>
    public static TokenObject Certificate(string label, ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> der) => new(TokenObjectKind.Certificate, label, id, null, der);
}
