namespace ELicense.PublicVerification;

// The shapes that the API's description names; VerdictJson writes them.

/// <summary>One check of a verdict, made or not.</summary>
/// <param name="Check">integrity, issuer, logged, period, status, holder or origin.</param>
/// <param name="Result">pass, fail or not-checked.</param>
/// <param name="Code">Stable code of the reason.</param>
public sealed record CheckDocument(string Check, string Result, string Code, string Detail);

/// <summary>What the license states; members that its kind does not have are null or absent.</summary>
public sealed record LicenseFaceDocument(
    string LicenseNumber, string? Identifier, int Version, string Uscc, string Name, string Kind, string LegalRepresentative, string? RegisteredCapital,
    DateOnly EstablishedOn, string? Address, string? BusinessScope, string? RegistrationAuthority, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt,
    string? KindText, DateOnly? ApprovedOn, DateOnly? TermFrom, DateOnly? TermTo, string? CompositionForm);

/// <summary>Standing in the publication, and as of when.</summary>
/// <param name="Value">valid, revoked, suspended, superseded, cancelled or not-issued; null when not checked.</param>
public sealed record StatusFactsDocument(
    string? Value, int? List, int? Index, DateTimeOffset? AsOf, long? LogSize, DateTimeOffset? Since, string? Reason, int? NewerVersion);

/// <summary>What an enterprise's certificate says of itself; only in verdicts on certificates.</summary>
/// <param name="Issuer">Identifier of the CA key that signed it; null when none of the authority's did.</param>
/// <param name="Serial">Lower-case hexadecimal.</param>
public sealed record CertificateDocument(string? Issuer, string Serial, string? Uscc, string? Name, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>When and for whom the license was presented; only in verdicts on presentations. The check holder says whether it is good here and now.</summary>
public sealed record PresentationDocument(string Audience, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>An entry of the log, and its audit path (RFC 9162 2.1.3).</summary>
/// <param name="Entry">CBOR, in base64.</param>
/// <param name="Path">Hashes from the leaf's sibling up, in base64.</param>
public sealed record ProvenEntryDocument(long Position, string Entry, IReadOnlyList<string> Path);

/// <summary>Log entries, and that they are in the tree of a checkpoint.</summary>
/// <param name="Checkpoint">The signed note as it was published (C2SP tlog-checkpoint).</param>
/// <param name="Entries">The issuance, and the last change by then when there was one.</param>
public sealed record LogProofDocument(string Checkpoint, IReadOnlyList<ProvenEntryDocument> Entries);

/// <summary>A verdict.</summary>
/// <param name="Verdict">valid, invalid, revoked, cancelled, suspended, superseded, expired, not-yet-valid, stale or unknown.</param>
/// <param name="At">The instant that was asked about; absent: now.</param>
/// <param name="Log">With at only.</param>
public sealed record VerdictDocument(
    string Verdict, IReadOnlyList<CheckDocument> Checks, LicenseFaceDocument? License, CertificateDocument? Certificate, PresentationDocument? Presentation, StatusFactsDocument Status,
    DateTimeOffset? At, LogProofDocument? Log);

/// <summary>What is to be verified in one call.</summary>
/// <param name="Artefacts">Each as in a single call.</param>
public sealed record BatchRequest(IReadOnlyList<string> Artefacts);

/// <summary>Why an artefact of a batch could not be read.</summary>
public sealed record UnreadDocument(string Code, string Reason);

/// <summary>One result of a batch: the members of a verdict, or verdict null and the error.</summary>
public sealed record BatchItemDocument(
    string? Verdict, IReadOnlyList<CheckDocument>? Checks, LicenseFaceDocument? License, CertificateDocument? Certificate, PresentationDocument? Presentation, StatusFactsDocument? Status, UnreadDocument? Error);

/// <summary>Results in the order of the artefacts; as application/x-ndjson each stands on a line of its own, without this object.</summary>
public sealed record BatchDocument(IReadOnlyList<BatchItemDocument> Verdicts);

/// <summary>A verdict without its face; at and log as there.</summary>
public sealed record StatusDocument(string Uscc, string? LicenseNumber, string Verdict, StatusFactsDocument Status, DateTimeOffset? At, LogProofDocument? Log);
