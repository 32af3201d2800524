using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>The statements of issuance, prepared once for a chunk.</summary>
internal sealed class IssuanceStore(RegisterTransaction transaction) : IDisposable
{
    private readonly BulkStatement _findPrepared = new(
        transaction,
        """
        SELECT p.claims, p.to_be_signed, p.document, s.token
        FROM prepared_licenses p LEFT JOIN signed_licenses s ON s.status_index = p.status_index WHERE p.matter_id = @matter
        """,
        "matter");

    private readonly BulkStatement _findSerial = new(transaction, "SELECT serial FROM licenses WHERE credit_code = @code", "code");

    // Also of versions that were refused after they were signed: a number is given once.
    private readonly BulkStatement _findNextVersion = new(
        transaction, "SELECT max(version) + 1 FROM prepared_licenses WHERE serial = @serial", "serial");

    private readonly BulkStatement _insertLicense = new(
        transaction, "INSERT INTO licenses (serial, credit_code, newest_version) VALUES (@serial, @code, 1)", "serial", "code");

    private readonly BulkStatement _insertPrepared = new(
        transaction,
        """
        INSERT INTO prepared_licenses (status_index, matter_id, serial, version, claims, to_be_signed, document, prepared_ms)
        VALUES (@index, @matter, @serial, @version, @claims, @toBeSigned, @document, @now)
        """,
        "index", "matter", "serial", "version", "claims", "toBeSigned", "document", "now");

    private readonly BulkStatement _insertSigned = new(
        transaction,
        "INSERT INTO signed_licenses (status_index, token, signed_ms) VALUES (@index, @token, @now) ON CONFLICT (status_index) DO NOTHING", "index", "token", "now");

    private readonly BulkStatement _insertEntry = new(
        transaction, "INSERT INTO log_entries (position, matter_id, status_index, entry) VALUES (@position, @matter, @index, @entry)",
        "position", "matter", "index", "entry");

    private readonly BulkStatement _insertStanding = new(
        transaction,
        "INSERT INTO standings (status_index, issued_at_position, standing, before_suspension) VALUES (@index, @position, @standing, @standing)",
        "index", "position", "standing");

    private readonly BulkStatement _moveStanding = new(
        transaction, "UPDATE standings SET standing = @standing, before_suspension = @before WHERE status_index = @index", "standing", "before", "index");

    private readonly BulkStatement _putNewest = new(
        transaction, "UPDATE licenses SET newest_version = @version WHERE serial = @serial", "version", "serial");

    private readonly BulkStatement _markDone = new(
        transaction, "UPDATE matters SET state = 3, finished_ms = @now WHERE id = @id AND state = 2", "now", "id");

    private readonly BulkStatement _markRefused = new(
        transaction, "UPDATE matters SET state = 4, refusal_code = @code, refusal_detail = @detail, finished_ms = @now WHERE id = @id AND state = 2",
        "code", "detail", "now", "id");

    public BlackListStore BlackList { get; } = new(transaction);

    public static BulkStatement FindMatter(RegisterTransaction transaction) => new(transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE id = @id", "id");

    public PreparedRow? FindPrepared(long matterId) => _findPrepared.Find(
        reader => new PreparedRow(
            reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3)),
        matterId);

    /// <returns>0 when the code has no license.</returns>
    public long FindSerial(CreditCode code) => _findSerial.Find(reader => reader.GetInt64(0), code.Value);

    public int FindNextVersion(long serial) => (int)_findNextVersion.Find(reader => reader.GetInt64(0), serial);

    /// <summary>The first version brings its license with it.</summary>
    public void RecordPrepared(PreparedLicense prepared, long nowMs)
    {
        var claims = prepared.Claims;
        if (claims.Version == 1)
            _insertLicense.Execute(claims.Number.Serial, claims.CreditCode.Value);
        _insertPrepared.Execute(
            prepared.StatusIndex, prepared.MatterId, claims.Number.Serial, (long)claims.Version, prepared.ClaimBytes, prepared.ToBeSigned, prepared.Document, nowMs);
    }

    /// <returns>False when a signature of this prepared license is recorded already.</returns>
    public bool RecordSignature(SignedLicense signed, long nowMs) => _insertSigned.Execute(signed.Prepared.StatusIndex, signed.Token, nowMs) == 1;

    public void RecordEntry(long position, long matterId, long statusIndex, byte[] entry) => _insertEntry.Execute(position, matterId, statusIndex, entry);

    public void RecordStanding(long statusIndex, long position, Standing standing) => _insertStanding.Execute(statusIndex, position, (long)standing);

    public void MoveStanding(StandingStep step) => _moveStanding.Execute((long)step.To, (long)step.BeforeSuspension, step.Version.StatusIndex);

    public void PutNewest(LicenseToken claims) => _putNewest.Execute((long)claims.Version, claims.Number.Serial);

    /// <returns>False when the matter is not approved any more.</returns>
    public bool MarkDone(long matterId, long nowMs) => _markDone.Execute(nowMs, matterId) == 1;

    /// <returns>False when the matter is not approved any more.</returns>
    public bool MarkRefused(long matterId, Refusal why, long nowMs) => _markRefused.Execute(why.Code, why.Detail, nowMs, matterId) == 1;

    public void Dispose()
    {
        BlackList.Dispose();
        _findPrepared.Dispose();
        _findSerial.Dispose();
        _findNextVersion.Dispose();
        _insertLicense.Dispose();
        _insertPrepared.Dispose();
        _insertSigned.Dispose();
        _insertEntry.Dispose();
        _insertStanding.Dispose();
        _moveStanding.Dispose();
        _putNewest.Dispose();
        _markDone.Dispose();
        _markRefused.Dispose();
    }
}
