using System.Data.Common;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>Look-ups of the register.</summary>
internal sealed class RegisterQueries(Register register, AuthoritySettings settings)
{
    private const string Version =
        """
        SELECT p.claims, p.document, t.token, s.issued_at_position, s.standing, m.office
        FROM prepared_licenses p JOIN matters m ON m.id = p.matter_id
        JOIN signed_licenses t ON t.status_index = p.status_index JOIN standings s ON s.status_index = p.status_index
        """;

    private const string NewestVersion = Version + "\nJOIN licenses l ON l.serial = p.serial AND l.newest_version = p.version";

    // The second part has the condition of the index on these entries, as that index has it.
    private const string LoggedEvents =
        """
        SELECT e.position, e.entry, p.version, m.id, m.type, m.applicant, m.approver
        FROM prepared_licenses p JOIN standings s ON s.status_index = p.status_index JOIN log_entries e ON e.position = s.issued_at_position
        JOIN matters m ON m.id = e.matter_id WHERE p.serial = @serial
        UNION ALL
        SELECT e.position, e.entry, p.version, m.id, m.type, m.applicant, m.approver
        FROM prepared_licenses p JOIN log_entries e ON e.status_index = p.status_index AND length(e.entry) < 64
        JOIN matters m ON m.id = e.matter_id WHERE p.serial = @serial
        ORDER BY 1
        """;

    // Annual reports that are recorded, and loss reports in force, confirmed or not.
    private const string OtherEvents =
        """
        SELECT id, type, applicant, approver, CASE WHEN type = 8 THEN coalesce(finished_ms, applied_ms) ELSE applied_ms END
        FROM matters WHERE serial = @serial AND ((type = 8 AND state = 3) OR (type = 9 AND state IN (1, 3))) ORDER BY id
        """;

    public Matter? FindMatter(long id)
    {
        using var transaction = register.Read();
        using var find = IssuanceStore.FindMatter(transaction);
        return find.Find(MatterRow.Read, id)?.ToMatter();
    }

    public IReadOnlyList<Matter> FindMatters(MatterState state, IReadOnlyList<int> offices, long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            $"SELECT {MatterRow.Columns} FROM matters WHERE {InState(state)} AND id > @after AND {transaction.Dialect.Among("office")} ORDER BY id LIMIT @limit",
            "after", "keys", "limit");
        return [.. find.List(MatterRow.Read, after, transaction.Dialect.Keys([.. offices.Select(office => (long)office)]), (long)limit).Select(row => row.ToMatter())];
    }

    /// <summary>Approved matters that are not carried out, oldest first.</summary>
    public IReadOnlyList<(long Id, MatterType Type)> FindPending(long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, $"SELECT id, type FROM matters WHERE {InState(MatterState.Approved)} AND id > @after ORDER BY id LIMIT @limit", "after", "limit");
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
        using var find = new BulkStatement(transaction, Version + "\nWHERE p.matter_id = @matter", "matter");
        return find.Find(ReadLicense, matterId)?.Newest;
    }

    /// <summary>All versions and events of a license.</summary>
    public LicenseHistory? FindHistory(LicenseNumber number)
    {
        if (number.Authority != settings.AuthorityNumber)
            return null;
        using var transaction = register.Read();
        using var versions = new BulkStatement(transaction, Version + "\nWHERE p.serial = @serial ORDER BY p.version", "serial");
        using var logged = new BulkStatement(transaction, LoggedEvents, "serial");
        using var others = new BulkStatement(transaction, OtherEvents, "serial");
        var found = versions.List(ReadVersion, number.Serial);
        return found.Count == 0 ? null : new LicenseHistory(found, [.. logged.List(ReadLogged, number.Serial), .. others.List(ReadOther, number.Serial)]);
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

    /// <summary>Names the partial index that has this state: SQLite takes one only where its condition stands in the statement as it is.</summary>
    private static string InState(MatterState state) => state switch
    {
        < MatterState.Done => FormattableString.Invariant($"state = {(long)state} AND phase = 0"),
        > MatterState.Done => FormattableString.Invariant($"phase = {(long)state} AND phase > 3"),
        _ => FormattableString.Invariant($"state = {(long)state}"),
    };

    private RegisteredLicense ReadLicense(DbDataReader reader)
    {
        var (license, standing, office) = ReadVersion(reader);
        return new RegisteredLicense(license, standing, office);
    }

    private LicenseVersionRecord ReadVersion(DbDataReader reader)
    {
        if (!LicenseToken.TryDecodeClaims(reader.GetFieldValue<byte[]>(0), out var claims, out var refusal))
            throw new InvalidDataException($"A prepared license cannot be read: {refusal}");
        var license = LoggedLicense.Describe(settings, claims, reader.GetInt64(3), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
        return new LicenseVersionRecord(license, (Standing)reader.GetInt64(4), (int)reader.GetInt64(5));
    }

    private static LicenseEvent ReadLogged(DbDataReader reader)
    {
        if (!LogEntry.TryDecode(reader.GetFieldValue<byte[]>(1), out var entry, out var refusal))
            throw new InvalidDataException($"Log entry {reader.GetInt64(0)} cannot be read: {refusal}");
        return new LicenseEvent(
            (MatterType)reader.GetInt64(4), DateTimeOffset.FromUnixTimeMilliseconds(entry.TimeMs), reader.GetInt64(3), reader.GetString(5),
            reader.IsDBNull(6) ? null : reader.GetString(6), (int)reader.GetInt64(2), entry.Standing, entry.Reason, reader.GetInt64(0));
    }

    private static LicenseEvent ReadOther(DbDataReader reader) => new(
        (MatterType)reader.GetInt64(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)), reader.GetInt64(0), reader.GetString(2),
        reader.IsDBNull(3) ? null : reader.GetString(3), Version: null, Standing: null, Reason: 0, LogPosition: null);
}
