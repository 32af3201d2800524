namespace ELicense.Issuance.People;

/// <summary>An officer as the register knows them at this moment: person, own office, roles.</summary>
/// <param name="Offices">The tree that roles are inherited along.</param>
public sealed record OfficerStanding(Officer Officer, IReadOnlyList<RoleGrant> Grants, OfficeTree Offices)
{
    /// <summary>Roles in words, e.g. clerk at 1, approver at 3.</summary>
    internal string Describe() => Grants.Count == 0 ? "without roles" : string.Join(", ", Grants.Select(grant => $"{grant.Role.ApiName()} at {grant.Office}"));
}

/// <summary>A person as enrolled.</summary>
/// <param name="Id">Staff number (工号): lower-case letters, digits and hyphens, at most 32.</param>
/// <param name="Office">The own office: what this person applies for is registered there.</param>
public sealed record Person(string Id, string Name, int Office, bool IsWithdrawn, IReadOnlyList<PersonCertificate> Certificates, IReadOnlyList<RoleGrant> Roles);

/// <param name="Fingerprint">SHA-256 of the certificate, 64 hexadecimal digits.</param>
public sealed record PersonCertificate(string Fingerprint, bool IsWithdrawn);
