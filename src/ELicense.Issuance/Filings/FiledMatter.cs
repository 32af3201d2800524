using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Filings;

/// <summary>What proves who filed; numbers are stored.</summary>
public enum FilingEvidence
{
    /// <summary>The key of the enterprise's certificate signed the filing.</summary>
    TokenSigned = 1,

    /// <summary>A portal's word: the enterprise proved itself to it in a TLS handshake.</summary>
    PortalTls = 2,
}

/// <summary>How far a filing has come until it is a matter; numbers are stored.</summary>
public enum FiledState
{
    /// <summary>Proven and readable; no officer has taken it up.</summary>
    Filed = 1,

    /// <summary>受理</summary>
    Accepted = 2,

    /// <summary>退回, before it was a matter.</summary>
    Returned = 3,

    /// <summary>By a rule, when it came in.</summary>
    Refused = 4,

    /// <summary>It is a matter: that says where it stands.</summary>
    Submitted = 5,
}

/// <summary>A filing (申报) as the register holds it.</summary>
/// <param name="Digest">SHA-256 of the file as it lay in the inbox.</param>
/// <param name="License">Of the certificate, and of the content.</param>
/// <param name="Office">The license's, when the filing came in.</param>
/// <param name="Issuer">Key of the CA of the enterprise's certificate.</param>
/// <param name="SerialHex">Serial number of that certificate.</param>
/// <param name="FiledAt">As the filing says.</param>
/// <param name="Content">Null when a rule refused it before.</param>
/// <param name="ContentHash">What officers decide on; that of the matter which comes of it.</param>
/// <param name="Officer">Who took it up or returned it.</param>
public sealed record FiledMatter(
    long Id, Digest Digest, FilingEvidence Evidence, LicenseNumber License, int Office, KeyId Issuer, string SerialHex, DateTimeOffset FiledAt, DateTimeOffset ReceivedAt,
    MatterContent? Content, Digest? ContentHash, FiledState State, string? Officer, DateTimeOffset? DecidedAt, string? Ground, Refusal? Refusal, long? MatterId);

/// <summary>What became of one file of the inbox.</summary>
/// <param name="File">Its name.</param>
/// <param name="Filing">Null: it proved nothing, or was known, and left no trace in the register.</param>
public sealed record FilingOutcome(string File, long? Filing, Refusal? Refusal);
