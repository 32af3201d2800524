using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>Which CRL a certificate points at.</summary>
public enum RevocationListKind
{
    None,

    /// <summary>The one of everything that the CA's key signed.</summary>
    Complete,

    /// <summary>The one of the certificate's list.</summary>
    Shard,
}

/// <summary>What all certificates of one kind have in common: data of certs-dev/profiles.json. What becomes of it in bytes is <see cref="TbsCertificate"/>, what is judged are the lints.</summary>
public sealed record CertificateProfile
{
    /// <summary>CA: may sign certificates and CRLs.</summary>
    public bool Authority { get; init; }

    /// <summary>CA only; null: no limit.</summary>
    public int? PathLength { get; init; }

    /// <summary>The longest period.</summary>
    public required int Days { get; init; }

    public required IReadOnlyList<SubjectKeyKind> Keys { get; init; }

    /// <summary>By the names of RFC 5280 4.2.1.3.</summary>
    public required IReadOnlyList<KeyUsageBit> KeyUsage { get; init; }

    /// <summary>Object identifiers.</summary>
    public required IReadOnlyList<string> ExtendedKeyUsage { get; init; }

    /// <summary>Attributes of the subject by object identifier, in the order of the encoding.</summary>
    public required IReadOnlyList<string> SubjectAttributes { get; init; }

    /// <summary>Those among them that may be missing.</summary>
    public required IReadOnlyList<string> OptionalAttributes { get; init; }

    /// <summary>Names an enterprise by its credit code, and its license when there is one.</summary>
    public bool Enterprise { get; init; }

    /// <summary>Has the names of a TLS server.</summary>
    public bool AlternativeNames { get; init; }

    public RevocationListKind RevocationList { get; init; }

    /// <summary>Its standing is answered by OCSP.</summary>
    public bool Ocsp { get; init; }

    /// <summary>id-pkix-ocsp-nocheck: short-lived instead of revocable.</summary>
    public bool OcspNoCheck { get; init; }
}

/// <summary>Bits of KeyUsage (RFC 5280 4.2.1.3); the value is the bit's number.</summary>
public enum KeyUsageBit
{
    DigitalSignature = 0,
    NonRepudiation = 1,
    KeyEncipherment = 2,
    DataEncipherment = 3,
    KeyAgreement = 4,
    KeyCertSign = 5,
    CrlSign = 6,
    EncipherOnly = 7,
    DecipherOnly = 8,
}
