using ELicense.Core.Licenses;

namespace ELicense.Cryptography.Certificates.RevocationLists;

/// <summary>CRLReason (RFC 5280 5.3.1). removeFromCRL (8) is for delta CRLs only: what is resumed is simply absent.</summary>
public enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    CaCompromise = 2,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
    CertificateHold = 6,
    PrivilegeWithdrawn = 9,
    AaCompromise = 10,
}

/// <summary>What the log says, in the words of CRLs and OCSP.</summary>
public static class RevocationReasons
{
    /// <summary>A confirmed loss keyCompromise, 吊销 privilegeWithdrawn, 注销 cessationOfOperation, 挂失 certificateHold, 补领 superseded; null for valid and not issued.</summary>
    /// <param name="reason">Number that the log's entry states.</param>
    public static RevocationReason? Of(Standing standing, int reason) => standing switch
    {
        Standing.Revoked when reason == CertificateReasons.LossConfirmed.Number => RevocationReason.KeyCompromise,
        Standing.Revoked => RevocationReason.PrivilegeWithdrawn,
        Standing.Cancelled => RevocationReason.CessationOfOperation,
        Standing.Suspended => RevocationReason.CertificateHold,
        Standing.Superseded => RevocationReason.Superseded,
        _ => null,
    };
}

/// <summary>A certificate that is not good.</summary>
/// <param name="When">Whole seconds.</param>
public readonly record struct RevokedCertificate(SerialNumber Serial, DateTimeOffset When, RevocationReason Reason);
