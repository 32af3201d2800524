using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Enterprises;

namespace ELicense.Authority;

/// <summary>What an officer applies for.</summary>
/// <param name="Type">
/// issuance, with an enterprise; amendment or renewal, with license and enterprise; suspension, resumption, revocation, cancellation, with license and reason;
/// annual-report, with license and annualReport; loss-report, replacement, with license and certificate.
/// </param>
/// <param name="LicenseNumber">dddd-dddddddddd.</param>
/// <param name="Version">Newest version as the officer saw it.</param>
/// <param name="Reason">Code of the published table of reasons.</param>
/// <param name="Draft">True: begun, not submitted.</param>
/// <param name="Representative">With an enterprise: who represents it, for the black list.</param>
public sealed record ApplicationRequest(
    string? Type, EnterpriseDraft? Enterprise, string? LicenseNumber, int? Version, string? Reason, AnnualReportDraft? AnnualReport, CertificateName? Certificate, bool? Draft,
    PersonName? Representative = null);

/// <summary>An annual report (年报).</summary>
/// <param name="Contact">How the enterprise is reached, at most 200 characters.</param>
/// <param name="TotalAssets">In fen; left out when the enterprise keeps it to itself.</param>
public sealed record AnnualReportDraft(int? Year, string? Contact, int? Employees, long? TotalAssets);

/// <summary>A certificate of an enterprise.</summary>
/// <param name="Issuer">Key of the CA: 16 hexadecimal digits.</param>
/// <param name="Serial">Serial number, big-endian without leading zero bytes, lower-case hexadecimal.</param>
public sealed record CertificateName(string? Issuer, string? Serial);

/// <summary>Another content for a draft or returned matter.</summary>
/// <param name="ContentHash">Of the content that it replaces: SHA-256, 64 hexadecimal digits.</param>
public sealed record EditRequest(string? ContentHash, ApplicationRequest? Application);

/// <summary>A decision on exactly what the officer saw.</summary>
/// <param name="ContentHash">SHA-256, 64 hexadecimal digits.</param>
public sealed record DecisionRequest(string? ContentHash);

/// <summary>A return or rejection of exactly what the officer saw.</summary>
/// <param name="Ground">Told to the applicant, at most 1,000 characters.</param>
public sealed record DeclineRequest(string? ContentHash, string? Ground);

/// <summary>Why something was not carried out.</summary>
public sealed record RefusalDocument(string Code, string Detail);

/// <summary>A matter.</summary>
/// <param name="State">draft, applied, returned, approved, done, refused, rejected, lapsed: docs/matters.md.</param>
/// <param name="Enterprise">The face applied for.</param>
/// <param name="LicenseNumber">The license that the matter is about, or that came of it.</param>
/// <param name="Refusal">The rule that forbade it, in state refused.</param>
/// <param name="Decision">The newest return or rejection.</param>
/// <param name="FinishedAt">When it was done, refused, rejected or lapsed.</param>
public sealed record ApplicationDocument(
    long Id, string Type, string State, string ContentHash, int Office, string Applicant, DateTimeOffset AppliedAt, string? Approver, DateTimeOffset? ApprovedAt,
    FaceDocument? Enterprise, string? LicenseNumber, int? Version, string? Reason, AnnualReportDraft? AnnualReport, CertificateName? Certificate, RefusalDocument? Refusal,
    DeclineDocument? Decision, DateTimeOffset? FinishedAt)
{
    /// <summary>In the queue: last day of the time limit.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>In the queue: green, yellow, red.</summary>
    public string? Colour { get; init; }
}

/// <summary>Why an officer returned or rejected a matter.</summary>
public sealed record DeclineDocument(string Person, DateTimeOffset At, string Ground);

/// <summary>A face as it will be, or is, on the license.</summary>
public sealed record FaceDocument(
    string Kind, string KindText, string Uscc, string Name, string Representative, string? RegisteredCapital, DateOnly EstablishedOn, DateOnly? TermFrom, DateOnly? TermTo,
    string? Address, string? BusinessScope, string? CompositionForm, string RegistrationAuthority, DateOnly ApprovedOn);

/// <param name="Cursor">For the next page; null when this was the last one.</param>
public sealed record ApplicationPage(IReadOnlyList<ApplicationDocument> Applications, string? Cursor);

/// <summary>A license as the register holds it: its newest version, and all that happened to it.</summary>
/// <param name="Standing">valid, suspended, revoked, cancelled, superseded.</param>
/// <param name="Office">Where the newest version was applied for.</param>
/// <param name="Versions">Oldest first.</param>
/// <param name="Events">In the order of the log; those that the log does not have come last.</param>
/// <param name="Certificates">Oldest first.</param>
public sealed record RegisterDocument(
    string LicenseNumber, int Version, string Uscc, string Name, string Standing, int Office, IReadOnlyList<VersionDocument> Versions, IReadOnlyList<EventDocument> Events,
    IReadOnlyList<EnterpriseCertificateDocument> Certificates);

/// <summary>A certificate of an enterprise; the publication has it as certificates/LIST/INDEX.cer.</summary>
/// <param name="Issuer">Key of the CA.</param>
/// <param name="Standing">valid, suspended (reported lost), revoked, superseded (replaced), cancelled.</param>
/// <param name="Reason">Code of the newest entry about it, of the published tables of reasons.</param>
/// <param name="Since">Of that entry.</param>
/// <param name="LogPosition">Of its issuance.</param>
/// <param name="Matter">That gave the right to it.</param>
/// <param name="CounterToken">A counter made the key pair on a token.</param>
/// <param name="HandedOverAt">When the token answered the challenge.</param>
public sealed record EnterpriseCertificateDocument(
    string Issuer, string Serial, DateTimeOffset From, DateTimeOffset To, string Standing, string? Reason, DateTimeOffset Since, int List, int Index, long LogPosition, long Matter,
    bool CounterToken, DateTimeOffset? HandedOverAt);

/// <summary>Asks for the certificate that a matter gives the right to.</summary>
/// <param name="Csr">PKCS #10: PEM, or base64 of DER; at most 16 KiB.</param>
/// <param name="CounterToken">The counter made the key pair on the token: the certificate states the policy for it.</param>
public sealed record CertificateRequestBody(string? Csr, bool? CounterToken);

/// <summary>Shows that the certificate has reached the token.</summary>
/// <param name="Signature">Base64, by the key that was certified, over the ASCII of the challenge: ECDSA in DER with SHA-256 (P-384: SHA-384), RSA PKCS #1 v1.5 with SHA-256, Ed25519.</param>
public sealed record ConfirmationBody(string? Signature);

/// <summary>What goes onto the token, and what the token then signs.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Chain">PEM, of the CA.</param>
/// <param name="LicenseFile">Base64 of the newest version's .elic file.</param>
/// <param name="Challenge">One line of ASCII.</param>
public sealed record CertificateAnswer(string Certificate, IReadOnlyList<string> Chain, string LicenseFile, string Challenge, EnterpriseCertificateDocument Details);

/// <param name="LogPosition">Of its issuance.</param>
/// <param name="File">Address of the .elic file.</param>
/// <param name="Token">Address of the COSE_Sign1.</param>
public sealed record VersionDocument(
    int Version, string Identifier, string Name, string Standing, int List, int Index, long LogPosition, string QrText, string File, string Token);

/// <summary>Something that happened to a license.</summary>
/// <param name="Type">Of the matter.</param>
/// <param name="Version">The version that the log entry is about.</param>
/// <param name="Standing">Of that version from then on.</param>
/// <param name="Reason">Code of the published table of reasons.</param>
/// <param name="LogPosition">Null: neither an annual report nor a loss report is in the log.</param>
/// <param name="Approver">Null: a loss report in force that nobody confirmed yet.</param>
public sealed record EventDocument(
    string Type, DateTimeOffset At, long Matter, string Applicant, string? Approver, int? Version, string? Standing, string? Reason, long? LogPosition);

/// <summary>Who the certificate belongs to, and the rights.</summary>
public sealed record OfficerDocument(string Person, string Name, int Office, IReadOnlyList<RoleDocument> Roles);

/// <param name="Role">clerk, approver, supervisor, auditor, administrator.</param>
public sealed record RoleDocument(string? Role, int Office);

/// <param name="Level">1 province, 2 city, 3 county.</param>
public sealed record OfficeDocument(int Number, int? Parent, int Level, string Chinese, string English);

public sealed record OfficeList(IReadOnlyList<OfficeDocument> Offices);

/// <param name="Certificates">SHA-256 of each.</param>
public sealed record PersonDocument(
    string Person, string Name, int Office, bool Withdrawn, IReadOnlyList<CertificateDocument> Certificates, IReadOnlyList<RoleDocument> Roles);

public sealed record CertificateDocument(string Fingerprint, bool Withdrawn);

public sealed record PersonPage(IReadOnlyList<PersonDocument> People, string? Cursor);

/// <summary>What an administrator proposes.</summary>
/// <param name="Kind">enrolment (name, office, certificate, roles), roles (roles), certificate (certificate), certificate-withdrawal (fingerprint), withdrawal.</param>
/// <param name="Person">Staff number: lower-case letters, digits and hyphens, at most 32.</param>
/// <param name="Certificate">PEM.</param>
/// <param name="Fingerprint">SHA-256 of a certificate in use.</param>
public sealed record PeopleChangeRequest(
    string? Kind, string? Person, string? Name, int? Office, string? Certificate, string? Fingerprint, IReadOnlyList<RoleDocument>? Roles);

/// <summary>A change of people.</summary>
/// <param name="State">proposed, confirmed, rejected.</param>
public sealed record PeopleChangeDocument(
    long Id, string Kind, string State, string ContentHash, string Person, string? Name, int? Office, string? Fingerprint, IReadOnlyList<RoleDocument> Roles, string Proposer,
    string? Decider);

public sealed record PeopleChangePage(IReadOnlyList<PeopleChangeDocument> Changes, string? Cursor);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, MaxDepth = 8, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApplicationRequest))]
[JsonSerializable(typeof(CertificateRequestBody))]
[JsonSerializable(typeof(ConfirmationBody))]
[JsonSerializable(typeof(CertificateAnswer))]
[JsonSerializable(typeof(ClockDocument))]
[JsonSerializable(typeof(ClockRequest))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(DeclineRequest))]
[JsonSerializable(typeof(ApplicationDocument))]
[JsonSerializable(typeof(ApplicationPage))]
[JsonSerializable(typeof(FilingDocument))]
[JsonSerializable(typeof(FilingPage))]
[JsonSerializable(typeof(RegisterDocument))]
[JsonSerializable(typeof(OfficerDocument))]
[JsonSerializable(typeof(OfficeList))]
[JsonSerializable(typeof(PersonDocument))]
[JsonSerializable(typeof(PersonPage))]
[JsonSerializable(typeof(PeopleChangeRequest))]
[JsonSerializable(typeof(PeopleChangeDocument))]
[JsonSerializable(typeof(PeopleChangePage))]
internal sealed partial class ApiJson : JsonSerializerContext;
