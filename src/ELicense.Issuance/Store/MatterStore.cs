using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>The statements of application and approval, prepared once for a chunk.</summary>
internal sealed class MatterStore(RegisterTransaction transaction) : IDisposable
{
    private readonly BulkStatement _find = IssuanceStore.FindMatter(transaction);

    private readonly BulkStatement _findOpen = new(
        transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE credit_code = @code AND type = 1 AND state < 3", "code");

    private readonly BulkStatement _findOpenAmendment = new(
        transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE serial = @serial AND type IN (6, 7) AND state < 3", "serial");

    private readonly BulkStatement _findSerial = new(transaction, "SELECT serial FROM licenses WHERE credit_code = @code", "code");

    private readonly BulkStatement _insert = new(
        transaction,
        """
        INSERT INTO matters (id, type, state, office, credit_code, serial, content, content_hash, applicant, applied_ms)
        VALUES (@id, @type, @state, @office, @code, @serial, @content, @hash, @applicant, @applied)
        """,
        "id", "type", "state", "office", "code", "serial", "content", "hash", "applicant", "applied");

    private readonly BulkStatement _approve = new(
        transaction, "UPDATE matters SET state = 2, approver = @approver, approved_ms = @now WHERE id = @id AND state = 1", "approver", "now", "id");

    private readonly BulkStatement _edit = new(
        transaction,
        "UPDATE matters SET content = @content, content_hash = @hash, credit_code = @code, serial = @serial WHERE id = @id AND state IN (5, 6)",
        "content", "hash", "code", "serial", "id");

    private readonly BulkStatement _submit = new(
        transaction, "UPDATE matters SET state = 1, applied_ms = @now WHERE id = @id AND state IN (5, 6)", "now", "id");

    private readonly BulkStatement _decline = new(
        transaction,
        """
        UPDATE matters SET state = @state, decider = @decider, ground = @ground, decided_ms = @now, finished_ms = @finished WHERE id = @id AND state = 1
        """,
        "state", "decider", "ground", "now", "finished", "id");

    private readonly BulkStatement _lapse = new(
        transaction, "UPDATE matters SET state = 8, finished_ms = @now WHERE type = 9 AND state = 1 AND applied_ms <= @limit RETURNING id", "now", "limit");

    public BlackListStore BlackList { get; } = new(transaction);

    public RegisterTransaction Transaction => transaction;

    public MatterRow? Find(long id) => _find.Find(MatterRow.Read, id);

    /// <summary>The open matter that the content would be a second one of: one at a time makes a version of a license.</summary>
    public MatterRow? FindOpenLike(MatterContent content) => content switch
    {
        IssuanceContent issuance => _findOpen.Find(MatterRow.Read, issuance.Face.CreditCode.Value),
        AmendmentContent amendment => _findOpenAmendment.Find(MatterRow.Read, amendment.Number.Serial),
        _ => null,
    };

    /// <returns>0 when the code has no license.</returns>
    public long FindSerial(CreditCode code) => _findSerial.Find(reader => reader.GetInt64(0), code.Value);

    public void Insert(Matter matter, byte[] content) => _insert.Execute(
        matter.Id, (long)matter.Type, (long)matter.State, (long)matter.Office, (matter.Content as FaceContent)?.Face.CreditCode.Value, matter.Content.License?.Serial, content, matter.ContentHash.ToArray(),
        matter.Applicant, matter.AppliedAt.ToUnixTimeMilliseconds());

    /// <summary>The head row is locked since the matter was read, so it is still as it was judged.</summary>
    public void Approve(long id, string approver, long nowMs) => _approve.Execute(approver, nowMs, id);

    public void Edit(long id, MatterContent content, byte[] bytes) => _edit.Execute(
        bytes, Digest.Of(bytes).ToArray(), (content as FaceContent)?.Face.CreditCode.Value, content.License?.Serial, id);

    public void Submit(long id, long nowMs) => _submit.Execute(nowMs, id);

    public void Decline(long id, MatterState to, string decider, string ground, long nowMs) =>
        _decline.Execute((long)to, decider, ground, nowMs, to == MatterState.Rejected ? nowMs : null, id);

    /// <returns>The loss reports that lapsed.</returns>
    public IReadOnlyList<long> Lapse(long nowMs, TimeSpan after) => _lapse.List(reader => reader.GetInt64(0), nowMs, nowMs - (long)after.TotalMilliseconds);

    public void Dispose()
    {
        BlackList.Dispose();
        _edit.Dispose();
        _submit.Dispose();
        _decline.Dispose();
        _lapse.Dispose();
        _find.Dispose();
        _findOpen.Dispose();
        _findOpenAmendment.Dispose();
        _findSerial.Dispose();
        _insert.Dispose();
        _approve.Dispose();
    }
}
