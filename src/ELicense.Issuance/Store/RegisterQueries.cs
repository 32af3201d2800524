using System.Data.Common;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>Look-ups of the register.</summary>
internal sealed class RegisterQueries(Register register, AuthoritySettings settings)
{
    private const string NewestVersion =
        """
        SELECT p.claims, p.document, t.token, s.issued_at_position, s.standing
        FROM licenses l JOIN prepared_licenses p ON p.serial = l.serial AND p.version = l.newest_version
        JOIN signed_licenses t ON t.status_index = p.status_index JOIN standings s ON s.status_index = p.status_index
        """;

    public Matter? FindMatter(long id)
    {
        using var transaction = register.Read();
        using var find = IssuanceStore.FindMatter(transaction);
        return find.Find(MatterRow.Read, id)?.ToMatter();
    }

    public IReadOnlyList<Matter> FindMatters(MatterState state, long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE state = @state AND id > @after ORDER BY id LIMIT @limit", "state", "after", "limit");
        return [.. find.List(MatterRow.Read, (long)state, after, (long)limit).Select(row => row.ToMatter())];
    }

    /// <summary>Approved matters that are not carried out, oldest first.</summary>
    public IReadOnlyList<(long Id, MatterType Type)> FindPending(long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, "SELECT id, type FROM matters WHERE state = 2 AND id > @after ORDER BY id LIMIT @limit", "after", "limit");
        return find.List(reader => (reader.GetInt64(0), (MatterType)reader.GetInt64(1)), after, (long)limit);
    }

    public RegisteredLicense? FindLicense(CreditCode code)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, NewestVersion + "\nWHERE l.credit_code = @code", "code");
        return find.Find(ReadLicense, code.Value);
    }

    public RegisteredLicense? FindLicense(LicenseNumber number)
    {
        if (number.Authority != settings.AuthorityNumber)
            return null;
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, NewestVersion + "\nWHERE l.serial = @serial", "serial");
        return find.Find(ReadLicense, number.Serial);
    }

    /// <summary>The license version that a matter made; null when it made none.</summary>
    public ReleasedLicense? FindIssued(long matterId)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            """
            SELECT p.claims, p.document, t.token, s.issued_at_position, s.standing
            FROM prepared_licenses p JOIN signed_licenses t ON t.status_index = p.status_index JOIN standings s ON s.status_index = p.status_index
            WHERE p.matter_id = @matter
            """,
            "matter");
        return find.Find(ReadLicense, matterId)?.Newest;
    }

    public RegisterCounts Counts()
    {
        using var transaction = register.Read();
        using var byState = new BulkStatement(transaction, "SELECT state, count(*) FROM matters GROUP BY state");
        var matters = byState.List(reader => (State: (MatterState)reader.GetInt64(0), Count: reader.GetInt64(1))).ToDictionary(row => row.State, row => row.Count);
        using var totals = new BulkStatement(transaction, "SELECT (SELECT count(*) FROM standings), log_size FROM head");
        var (licenses, logSize) = totals.Find(reader => (reader.GetInt64(0), reader.GetInt64(1)));
        return new RegisterCounts(
            matters.GetValueOrDefault(MatterState.Applied), matters.GetValueOrDefault(MatterState.Approved), matters.GetValueOrDefault(MatterState.Done),
            matters.GetValueOrDefault(MatterState.Refused), licenses, logSize);
    }

    private RegisteredLicense ReadLicense(DbDataReader reader)
    {
        if (!LicenseToken.TryDecodeClaims(reader.GetFieldValue<byte[]>(0), out var claims, out var refusal))
            throw new InvalidDataException($"A prepared license cannot be read: {refusal}");
        var newest = LoggedLicense.Describe(settings, claims, reader.GetInt64(3), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
        return new RegisteredLicense(newest, (Standing)reader.GetInt64(4));
    }
}
