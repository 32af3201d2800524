using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>The statements about persons, their certificates and roles.</summary>
internal sealed class PeopleStore(RegisterTransaction transaction)
{
    public RegisterTransaction Transaction => transaction;

    public bool HasPersons() => transaction.Find<long>("SELECT count(*) FROM persons") > 0;

    public void SetOffice(int number, int? parent, int level) => transaction.Execute(
        """
        INSERT INTO offices (number, parent, level) VALUES (@number, @parent, @level)
        ON CONFLICT (number) DO UPDATE SET parent = excluded.parent, level = excluded.level
        """,
        new { number = (long)number, parent = (long?)parent, level = (long)level });

    public void InsertPerson(string id, string name, int office, long nowMs) => transaction.Execute(
        "INSERT INTO persons (id, name, office, enrolled_ms) VALUES (@id, @name, @office, @nowMs)", new { id, name, office = (long)office, nowMs });

    public void InsertCertificate(string person, OfficerCertificate certificate, long nowMs) => transaction.Execute(
        "INSERT INTO person_certificates (fingerprint, person, added_ms, issuer, serial) VALUES (@fingerprint, @person, @nowMs, @issuer, @serial)",
        new { fingerprint = certificate.Fingerprint.ToArray(), person, nowMs, issuer = certificate.Name?.Issuer.ToString(), serial = certificate.Name?.Serial.Hex });

    /// <summary>Of one that was enrolled before names were kept.</summary>
    public void NameCertificate(Digest fingerprint, CertificateName name) => transaction.Execute(
        "UPDATE person_certificates SET issuer = @issuer, serial = @serial WHERE fingerprint = @fingerprint AND issuer IS NULL",
        new { fingerprint = fingerprint.ToArray(), issuer = name.Issuer.ToString(), serial = name.Serial.Hex });

    public void InsertRole(string person, RoleGrant grant) => transaction.Execute(
        "INSERT INTO person_roles (person, role, office) VALUES (@person, @role, @office)", new { person, role = (long)grant.Role, office = (long)grant.Office });

    public void DeleteRoles(string person) => transaction.Execute("DELETE FROM person_roles WHERE person = @person", new { person });

    public void WithdrawPerson(string id, long nowMs) =>
        transaction.Execute("UPDATE persons SET withdrawn_ms = @nowMs WHERE id = @id AND withdrawn_ms IS NULL", new { id, nowMs });

    /// <returns>False when this person has no such certificate in use.</returns>
    public bool WithdrawCertificate(string person, Digest fingerprint, long nowMs) => transaction.Execute(
        "UPDATE person_certificates SET withdrawn_ms = @nowMs WHERE fingerprint = @fingerprint AND person = @person AND withdrawn_ms IS NULL",
        new { fingerprint = fingerprint.ToArray(), person, nowMs }) == 1;

    public PersonRow? FindPerson(string id) =>
        transaction.Find<PersonRow>("SELECT id, name, office, withdrawn_ms AS WithdrawnMs FROM persons WHERE id = @id", new { id });

    /// <summary>Pages by id.</summary>
    public IEnumerable<PersonRow> FindPersons(string after, int limit) => transaction.Query<PersonRow>(
        "SELECT id, name, office, withdrawn_ms AS WithdrawnMs FROM persons WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit = (long)limit });

    public CertificateRow? FindCertificate(Digest fingerprint) => transaction.Find<CertificateRow>(
        "SELECT fingerprint, person, withdrawn_ms AS WithdrawnMs FROM person_certificates WHERE fingerprint = @fingerprint", new { fingerprint = fingerprint.ToArray() });

    public CertificateRow? FindCertificate(CertificateName name) => transaction.Find<CertificateRow>(
        "SELECT fingerprint, person, withdrawn_ms AS WithdrawnMs FROM person_certificates WHERE issuer = @issuer AND serial = @serial",
        new { issuer = name.Issuer.ToString(), serial = name.Serial.Hex });

    /// <summary>Certificates of a CA that count no more, for themselves (privilegeWithdrawn) or with their person (affiliationChanged), whichever came first; by serial number.</summary>
    public IReadOnlyList<RevokedCertificate> Withdrawn(KeyId issuer) =>
        [.. transaction.Query<WithdrawnRow>(
            """
            SELECT serial, certificate.withdrawn_ms AS CertificateMs, person.withdrawn_ms AS PersonMs
            FROM person_certificates certificate JOIN persons person ON person.id = certificate.person
            WHERE issuer = @issuer AND (certificate.withdrawn_ms IS NOT NULL OR person.withdrawn_ms IS NOT NULL) ORDER BY serial
            """,
            new { issuer = issuer.ToString() }).Select(ToRevoked)];

    private static RevokedCertificate ToRevoked(WithdrawnRow row)
    {
        if (!SerialNumber.TryParse(row.Serial, out var serial))
            throw new InvalidDataException($"The register has the serial number '{row.Serial}' of an officer's certificate.");
        return row.CertificateMs is { } own && !(row.PersonMs < own)
            ? new RevokedCertificate(serial, DateTimeOffset.FromUnixTimeMilliseconds(own), RevocationReason.PrivilegeWithdrawn)
            : new RevokedCertificate(serial, DateTimeOffset.FromUnixTimeMilliseconds(row.PersonMs!.Value), RevocationReason.AffiliationChanged);
    }

    public Person ToPerson(PersonRow row) => new(
        row.Id, row.Name, (int)row.Office, row.WithdrawnMs is not null,
        [.. transaction.Query<CertificateRow>(
            "SELECT fingerprint, person, withdrawn_ms AS WithdrawnMs FROM person_certificates WHERE person = @id ORDER BY added_ms, fingerprint", new { id = row.Id })
            .Select(certificate => new PersonCertificate(Convert.ToHexStringLower(certificate.Fingerprint), certificate.WithdrawnMs is not null))],
        Roles(row.Id));

    public IReadOnlyList<RoleGrant> Roles(string person) =>
        [.. transaction.Query<RoleRow>("SELECT role, office FROM person_roles WHERE person = @person ORDER BY role, office", new { person })
            .Select(row => new RoleGrant((OfficerRole)row.Role, (int)row.Office))];

    internal sealed class PersonRow
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public required long Office { get; init; }
        public long? WithdrawnMs { get; init; }
    }

    internal sealed class CertificateRow
    {
        public required byte[] Fingerprint { get; init; }
        public required string Person { get; init; }
        public long? WithdrawnMs { get; init; }
    }

    private sealed class WithdrawnRow
    {
        public required string Serial { get; init; }
        public long? CertificateMs { get; init; }
        public long? PersonMs { get; init; }
    }

    private sealed class RoleRow
    {
        public long Role { get; init; }
        public long Office { get; init; }
    }
}
