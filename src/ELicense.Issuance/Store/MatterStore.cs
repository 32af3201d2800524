using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>The statements of application and approval for a chunk: read ahead and gathered, as those of issuance are.</summary>
internal sealed class MatterStore(RegisterTransaction transaction) : IDisposable
{
    private readonly BulkLookup<long, MatterRow> _matters = IssuanceStore.LookUpMatters(transaction);

    private readonly BulkLookup<string, MatterRow> _open = new(
        transaction,
        $"SELECT {MatterRow.Columns}, credit_code FROM matters WHERE type = 1 AND phase = 0 AND",
        "credit_code",
        reader => (reader.GetString(reader.FieldCount - 1), MatterRow.Read(reader)));

    private readonly BulkStatement _findOpenAmendment = new(
        transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE serial = @serial AND type IN (6, 7) AND phase = 0", "serial");

    private readonly BulkStatement _findRepeated = new(
        transaction,
        $"SELECT {MatterRow.Columns} FROM matters WHERE serial = @serial AND phase = 0 AND content_hash = @hash AND applicant = @applicant ORDER BY id LIMIT 1",
        "serial", "hash", "applicant");

    private readonly BulkLookup<string, long> _serials = IssuanceStore.LookUpSerials(transaction);

    private readonly BulkInsert _insert = new(
        transaction, "matters", "id", "type", "state", "office", "credit_code", "serial", "content", "content_hash", "applicant", "applied_ms");

    private readonly BulkUpdate _approve = new(
        transaction, "UPDATE matters SET state = 2, approver = @approver, approved_ms = @now WHERE state + 0 = 1 AND", "id", "approver", "now");

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

    private readonly BulkStatement _endTurn = new(
        transaction, "INSERT INTO matter_turns (matter_id, from_ms, to_ms) SELECT id, applied_ms, @now FROM matters WHERE id = @id AND state = 1", "now", "id");

    private readonly BulkStatement _lapse = new(
        transaction, "UPDATE matters SET state = 8, finished_ms = @now WHERE type = 9 AND phase = 0 AND state = 1 AND applied_ms <= @limit RETURNING id", "now", "limit");

    public BlackListStore BlackList { get; } = new(transaction);

    public RegisterTransaction Transaction => transaction;

    /// <summary>Reads ahead what applying asks about each content.</summary>
    public void LoadForApplying(IReadOnlyCollection<MatterContent> contents)
    {
        var codes = contents.OfType<IssuanceContent>().Select(content => content.Face.CreditCode.Value).ToList();
        _open.Load(codes);
        _serials.Load(codes);
        BlackList.Load(contents.OfType<FaceContent>());
    }

    /// <summary>Reads matters ahead.</summary>
    public void Load(IEnumerable<long> ids) => _matters.Load(ids);

    public MatterRow? Find(long id) => _matters.Find(id);

    /// <summary>The open matter that the content would be a second one of: one at a time makes a version of a license.</summary>
    public MatterRow? FindOpenLike(MatterContent content) => content switch
    {
        IssuanceContent issuance => _open.Find(issuance.Face.CreditCode.Value),
        AmendmentContent amendment => _findOpenAmendment.Find(MatterRow.Read, amendment.Number.Serial),
        _ => null,
    };

    /// <summary>The open matter about a license that the same person applied for with the same content: whoever lost the answer asks again.</summary>
    public MatterRow? FindRepeated(MatterContent content, string applicant, Digest hash) =>
        content.License is { } license ? _findRepeated.Find(MatterRow.Read, license.Serial, hash.ToArray(), applicant) : null;

    /// <returns>0 when the code has no license.</returns>
    public long FindSerial(CreditCode code) => _serials.Find(code.Value);

    public void Insert(Matter matter, byte[] content) => _insert.Add(
        matter.Id, (long)matter.Type, (long)matter.State, (long)matter.Office, (matter.Content as FaceContent)?.Face.CreditCode.Value, matter.Content.License?.Serial, content, matter.ContentHash.ToArray(),
        matter.Applicant, matter.AppliedAt.ToUnixTimeMilliseconds());

    /// <summary>The head row is locked since the matter was read, so it is still as it was judged.</summary>
    public void Approve(long id, string approver, long nowMs) => _approve.Add(id, approver, nowMs);

    public void Edit(long id, MatterContent content, byte[] bytes) => _edit.Execute(
        bytes, Digest.Of(bytes).ToArray(), (content as FaceContent)?.Face.CreditCode.Value, content.License?.Serial, id);

    public void Submit(long id, long nowMs) => _submit.Execute(nowMs, id);

    /// <summary>With a return, a turn of the authority ends.</summary>
    public void Decline(long id, MatterState to, string decider, string ground, long nowMs)
    {
        if (to == MatterState.Returned)
            _endTurn.Execute(nowMs, id);
        _decline.Execute((long)to, decider, ground, nowMs, to == MatterState.Rejected ? nowMs : null, id);
    }

    /// <returns>The loss reports that lapsed.</returns>
    public IReadOnlyList<long> Lapse(long nowMs, TimeSpan after) => _lapse.List(reader => reader.GetInt64(0), nowMs, nowMs - (long)after.TotalMilliseconds);

    public void Dispose()
    {
        BlackList.Dispose();
        _edit.Dispose();
        _submit.Dispose();
        _endTurn.Dispose();
        _decline.Dispose();
        _lapse.Dispose();
        _matters.Dispose();
        _open.Dispose();
        _findOpenAmendment.Dispose();
        _findRepeated.Dispose();
        _serials.Dispose();
        _approve.Dispose();
    }
}
