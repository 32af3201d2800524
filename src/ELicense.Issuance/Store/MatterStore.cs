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
        VALUES (@id, @type, 1, @office, @code, @serial, @content, @hash, @applicant, @applied)
        """,
        "id", "type", "office", "code", "serial", "content", "hash", "applicant", "applied");

    private readonly BulkStatement _approve = new(
        transaction, "UPDATE matters SET state = 2, approver = @approver, approved_ms = @now WHERE id = @id AND state = 1", "approver", "now", "id");

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
        matter.Id, (long)matter.Type, (long)matter.Office, (matter.Content as FaceContent)?.Face.CreditCode.Value, matter.Content.License?.Serial, content, matter.ContentHash.ToArray(),
        matter.Applicant, matter.AppliedAt.ToUnixTimeMilliseconds());

    /// <summary>The head row is locked since the matter was read, so it is still as it was judged.</summary>
    public void Approve(long id, string approver, long nowMs) => _approve.Execute(approver, nowMs, id);

    public void Dispose()
    {
        _find.Dispose();
        _findOpen.Dispose();
        _findOpenAmendment.Dispose();
        _findSerial.Dispose();
        _insert.Dispose();
        _approve.Dispose();
    }
}
