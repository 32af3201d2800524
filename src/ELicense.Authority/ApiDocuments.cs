using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Enterprises;

namespace ELicense.Authority;

/// <summary>What an officer applies for.</summary>
/// <param name="Type">issuance, with an enterprise; amendment or renewal, with license and enterprise; suspension, resumption, revocation, cancellation, with license and reason.</param>
/// <param name="LicenseNumber">dddd-dddddddddd.</param>
/// <param name="Version">Newest version as the officer saw it.</param>
/// <param name="Reason">Code of the published table of reasons.</param>
public sealed record ApplicationRequest(string? Type, EnterpriseDraft? Enterprise, string? LicenseNumber, int? Version, string? Reason);

/// <summary>A decision on exactly what the officer saw.</summary>
/// <param name="ContentHash">SHA-256, 64 hexadecimal digits.</param>
public sealed record DecisionRequest(string? ContentHash);

/// <summary>Why something was not carried out.</summary>
public sealed record RefusalDocument(string Code, string Detail);

/// <summary>A matter.</summary>
/// <param name="State">applied, approved, done, refused …: docs/authority.md.</param>
/// <param name="Enterprise">The face applied for.</param>
/// <param name="LicenseNumber">The license that the matter is about, or that came of it.</param>
/// <param name="Refusal">The rule that forbade it, in state refused.</param>
public sealed record ApplicationDocument(
    long Id, string Type, string State, string ContentHash, int Office, string Applicant, DateTimeOffset AppliedAt, string? Approver, DateTimeOffset? ApprovedAt,
    FaceDocument? Enterprise, string? LicenseNumber, int? Version, string? Reason, RefusalDocument? Refusal);

/// <summary>A face as it will be, or is, on the license.</summary>
public sealed record FaceDocument(
    string Kind, string KindText, string Uscc, string Name, string Representative, string? RegisteredCapital, DateOnly EstablishedOn, DateOnly? TermFrom, DateOnly? TermTo,
    string? Address, string? BusinessScope, string? CompositionForm, string RegistrationAuthority, DateOnly ApprovedOn);

/// <param name="Cursor">For the next page; null when this was the last one.</param>
public sealed record ApplicationPage(IReadOnlyList<ApplicationDocument> Applications, string? Cursor);

/// <summary>A license as the register holds it.</summary>
/// <param name="Token">base64 of the COSE_Sign1.</param>
/// <param name="File">base64 of the .elic file.</param>
public sealed record RegisterDocument(
    string LicenseNumber, int Version, string Identifier, string Uscc, string Name, string Standing, int List, int Index, long LogPosition, string Token, string File,
    string QrText);

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
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(ApplicationDocument))]
[JsonSerializable(typeof(ApplicationPage))]
[JsonSerializable(typeof(RegisterDocument))]
[JsonSerializable(typeof(OfficerDocument))]
[JsonSerializable(typeof(OfficeList))]
[JsonSerializable(typeof(PersonDocument))]
[JsonSerializable(typeof(PersonPage))]
[JsonSerializable(typeof(PeopleChangeRequest))]
[JsonSerializable(typeof(PeopleChangeDocument))]
[JsonSerializable(typeof(PeopleChangePage))]
internal sealed partial class ApiJson : JsonSerializerContext;
