using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>The statements of issuance for a chunk: what is asked of each matter is read ahead for all, what is recorded is gathered.</summary>
internal sealed class IssuanceStore(RegisterTransaction transaction) : IDisposable
{
    private readonly BulkLookup<long, PreparedRow> _prepared = new(
        transaction,
        "SELECT p.matter_id, p.claims, p.to_be_signed, p.document, s.token FROM prepared_licenses p LEFT JOIN signed_licenses s ON s.status_index = p.status_index WHERE",
        "p.matter_id",
        reader => (reader.GetInt64(0), new PreparedRow(
            reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3),
            reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4))));

    private readonly BulkLookup<string, long> _serials = LookUpSerials(transaction);

    private readonly BulkLookup<long, long> _states = new(
        transaction, "SELECT id, state FROM matters WHERE", "id", reader => (reader.GetInt64(0), reader.GetInt64(1)));

    // Also of versions that were refused after they were signed: a number is given once.
    private readonly BulkStatement _findNextVersion = new(
        transaction, "SELECT max(version) + 1 FROM prepared_licenses WHERE serial = @serial", "serial");

    private readonly BulkInsert _insertLicense = new(transaction, "licenses", "serial", "credit_code", "newest_version");

    private readonly BulkInsert _insertPrepared = new(
        transaction, "prepared_licenses", "status_index", "matter_id", "serial", "version", "claims", "to_be_signed", "document", "prepared_ms");

    private readonly BulkInsert _insertSigned = new(transaction, "signed_licenses", "status_index", "token", "signed_ms");

    private readonly BulkInsert _insertEntry = new(transaction, "log_entries", "position", "matter_id", "status_index", "entry");

    private readonly BulkInsert _insertStanding = new(transaction, "standings", "status_index", "issued_at_position", "standing", "before_suspension");

    private readonly BulkStatement _moveStanding = new(
        transaction, "UPDATE standings SET standing = @standing, before_suspension = @before WHERE status_index = @index", "standing", "before", "index");

    private readonly BulkStatement _putNewest = new(
        transaction, "UPDATE licenses SET newest_version = @version WHERE serial = @serial", "version", "serial");

    private readonly BulkUpdate _markDone = new(
        transaction, "UPDATE matters SET state = 3, finished_ms = @now WHERE state + 0 = 2 AND", "id", "now");

    private readonly BulkStatement _markRefused = new(
        transaction, "UPDATE matters SET state = 4, refusal_code = @code, refusal_detail = @detail, finished_ms = @now WHERE id = @id AND state = 2",
        "code", "detail", "now", "id");

    public BlackListStore BlackList { get; } = new(transaction);

    public static BulkStatement FindMatter(RegisterTransaction transaction) => new(transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE id = @id", "id");

    public static BulkLookup<long, MatterRow> LookUpMatters(RegisterTransaction transaction) => new(
        transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE", "id", reader => (reader.GetInt64(0), MatterRow.Read(reader)));

    public static BulkLookup<string, long> LookUpSerials(RegisterTransaction transaction) => new(
        transaction, "SELECT credit_code, serial FROM licenses WHERE", "credit_code", reader => (reader.GetString(0), reader.GetInt64(1)));

    /// <summary>Reads ahead what preparing asks of each matter.</summary>
    public void LoadForPreparing(IReadOnlyCollection<IssueItem> chunk)
    {
        _prepared.Load(chunk.Select(item => item.MatterId));
        _serials.Load(chunk.Select(item => item.Content!.Face.CreditCode.Value));
        BlackList.Load(chunk.Select(item => item.Content!));
    }

    public void LoadStates(IEnumerable<IssueItem> chunk) => _states.Load(chunk.Select(item => item.MatterId));

    public PreparedRow? FindPrepared(long matterId) => _prepared.Find(matterId);

    /// <returns>0 when the code has no license.</returns>
    public long FindSerial(CreditCode code) => _serials.Find(code.Value);

    public int FindNextVersion(long serial) => (int)_findNextVersion.Find(reader => reader.GetInt64(0), serial);

    /// <summary>The first version brings its license with it.</summary>
    public void RecordPrepared(PreparedLicense prepared, long nowMs)
    {
        var claims = prepared.Claims;
        if (claims.Version == 1)
            _insertLicense.Add(claims.Number.Serial, claims.CreditCode.Value, 1L);
        _insertPrepared.Add(
            prepared.StatusIndex, prepared.MatterId, claims.Number.Serial, (long)claims.Version, prepared.ClaimBytes, prepared.ToBeSigned, prepared.Document, nowMs);
    }

    public void RecordSignature(SignedLicense signed, long nowMs) => _insertSigned.Add(signed.Prepared.StatusIndex, signed.Token, nowMs);

    public void RecordEntry(long position, long matterId, long statusIndex, byte[] entry) => _insertEntry.Add(position, matterId, statusIndex, entry);

    public void RecordStanding(long statusIndex, long position, Standing standing) => _insertStanding.Add(statusIndex, position, (long)standing, (long)standing);

    public void MoveStanding(StandingStep step) => _moveStanding.Execute((long)step.To, (long)step.BeforeSuspension, step.Version.StatusIndex);

    public void PutNewest(LicenseToken claims) => _putNewest.Execute((long)claims.Version, claims.Number.Serial);

    public bool IsApproved(long matterId) => _states.Find(matterId) == (long)MatterState.Approved;

    /// <summary>The matter was read as approved under the locked head row.</summary>
    public void MarkDone(long matterId, long nowMs) => _markDone.Add(matterId, nowMs);

    /// <returns>False when the matter is not approved any more.</returns>
    public bool MarkRefused(long matterId, Refusal why, long nowMs) => _markRefused.Execute(why.Code, why.Detail, nowMs, matterId) == 1;

    public void Dispose()
    {
        BlackList.Dispose();
        _prepared.Dispose();
        _serials.Dispose();
        _states.Dispose();
        _findNextVersion.Dispose();
        _moveStanding.Dispose();
        _putNewest.Dispose();
        _markDone.Dispose();
        _markRefused.Dispose();
    }
}
