using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Batches;
using Xunit;

namespace ELicense.IntegrationTests.Batches;

public abstract class RegisterBatchesTests(DatabaseServer databases) : IDisposable
{
    private const string Header = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址\n";

    private readonly Counter _counter = new(databases: databases);

    // The counter's chunks are of 8 rows.
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private RegisterBatches Batches => new(_counter.Register, _counter.Settings, _counter.Authority, _counter.Clock);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void A_register_becomes_one_batch_whose_hash_is_the_Merkle_root_of_its_matters()
    {
        var batch = Import(Rows(1, 20));

        Assert.Equal((BatchState.Applied, 20L, 0L), (batch.State, batch.Rows.Accepted, batch.Rows.Rejected));
        var leaves = Enumerable.Range(1, 20).Select(id => MerkleTree.Leaf(_counter.Authority.FindMatter(id)!.ContentHash.Span)).ToArray();
        Assert.Equal(MerkleTree.Root(leaves), batch.ContentHash);
    }

    [Fact]
    public void Rows_that_are_wrong_are_listed_with_their_number_and_code()
    {
        var batch = Import(Row(1) + Row(2).Replace(Enterprise.Code(2).Value, "91440101000000020X", StringComparison.Ordinal) + Row(3) + Row(1));

        Assert.Equal((2L, 2L), (batch.Rows.Accepted, batch.Rows.Rejected));
        var rejected = Batches.Rows(batch.Id).Where(row => row.Outcome == RowOutcome.Rejected).ToList();
        Assert.Equal([2L, 4L], rejected.Select(row => row.Row));
        Assert.Equal(Codes.DuplicateCode, rejected[1].Refusal!.Value.Code);
    }

    [Fact]
    public void A_file_that_is_no_register_leaves_no_batch()
    {
        Assert.False(Batches.TryImport(Counter.Clerk, new MemoryStream("a,b\n1,2\n"u8.ToArray()), null, _cancellation, out _, out var refusal));

        Assert.Equal(Codes.ColumnMissing, refusal.Code);
        Assert.Equal(0, _counter.Scalar("SELECT count(*) FROM batches"));
    }

    [Fact]
    public void The_same_file_again_is_the_same_batch()
    {
        var first = Import(Rows(1, 10));
        _counter.Clock.Now += TimeSpan.FromDays(2);

        var second = Import(Rows(1, 10));

        Assert.Equal(first, second);
        Assert.Equal(10, _counter.Scalar("SELECT count(*) FROM matters"));
    }

    [Fact]
    public void An_import_that_was_interrupted_is_read_to_its_end_by_the_same_file()
    {
        using var interrupted = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Batches.TryImport(
            Counter.Clerk, Register(Rows(1, 20)), new Immediately<long>(_ => interrupted.Cancel()), interrupted.Token, out _, out _));
        Assert.Equal(16, _counter.Scalar("SELECT count(*) FROM matters")); // one chunk of an import
        _counter.Reopen();
        _counter.Clock.Now += TimeSpan.FromDays(1);

        var batch = Import(Rows(1, 20));

        Assert.Equal((BatchState.Applied, 20L), (batch.State, batch.Rows.New));
        Assert.Equal(20, _counter.Scalar("SELECT count(*) FROM matters"));
    }

    [Fact]
    public void The_one_who_imported_does_not_approve()
    {
        var batch = Import(Rows(1, 2));

        Assert.False(Batches.TryApprove(Counter.Clerk, batch.Id, batch.ContentHash!.Value, out _, out var refusal));

        Assert.Equal(Codes.SamePerson, refusal.Code);
    }

    [Fact]
    public void An_approval_of_another_root_is_refused()
    {
        var batch = Import(Rows(1, 2));

        Assert.False(Batches.TryApprove(Counter.Approver, batch.Id, Digest.Of([1]), out _, out var refusal));

        Assert.Equal(Codes.ContentChanged, refusal.Code);
    }

    [Fact]
    public void A_row_that_was_edited_between_import_and_approval_lets_the_approval_fail()
    {
        var batch = Import(Rows(1, 3));
        _counter.Sql("UPDATE matters SET content = (SELECT content FROM matters WHERE id = 3), content_hash = (SELECT content_hash FROM matters WHERE id = 3) WHERE id = 2");

        Assert.False(Batches.TryApprove(Counter.Approver, batch.Id, batch.ContentHash!.Value, out _, out var refusal));

        Assert.Equal(Codes.ContentChanged, refusal.Code);
    }

    [Fact]
    public void An_approved_batch_is_carried_out_row_by_row_with_progress()
    {
        var batch = Approved(Import(Rows(1, 20)));
        var progress = new List<long>();

        Batches.CarryOut(batch.Id, new Immediately<BatchProgress>(now => progress.Add(now.Done)), _cancellation);

        Assert.Equal([8L, 16L, 20L], progress);
        Assert.Equal(BatchState.Done, Batches.Find(batch.Id)!.State);
        Assert.All(Batches.Rows(batch.Id), row => Assert.Equal(("done", true), (row.State, row.LicenseNumber is not null)));
    }

    [Fact]
    public void A_batch_cancelled_half_way_finishes_the_chunks_that_are_approved_and_leaves_each_row_carried_out_or_cancelled()
    {
        var batch = Approved(Import(Rows(1, 80)));
        using var batches = Batches;
        batches.CarryOut(batch.Id, new Immediately<BatchProgress>(_ => batches.TryCancel(Counter.Approver, batch.Id, out Batch? _, out Refusal _)), _cancellation);

        var cancelled = batches.Find(batch.Id)!;

        // Two to four chunks of eight are under way when the first is through, and one more may be approved just before the cancellation.
        var done = cancelled.Progress.Done;
        Assert.True(done % 8 == 0 && done is >= 16 and <= 40, $"{done} rows were carried out.");
        Assert.Equal((BatchState.Cancelled, new BatchProgress(80, done, 0, 80 - done)), (cancelled.State, cancelled.Progress));
        Assert.Equal(done, _counter.Authority.Counts().Licenses);
        Assert.Equal(["done", "cancelled"], batches.Rows(batch.Id).Select(row => row.State).Distinct());
    }

    [Fact]
    public void A_cancelled_register_can_be_imported_again_and_only_the_rest_is_new()
    {
        var batch = Approved(Import(Rows(1, 80)));
        using var batches = Batches;
        batches.CarryOut(batch.Id, new Immediately<BatchProgress>(_ => batches.TryCancel(Counter.Approver, batch.Id, out Batch? _, out Refusal _)), _cancellation);
        var done = batches.Find(batch.Id)!.Progress.Done;

        var again = Import(Rows(1, 80));
        Batches.CarryOut(Approved(again).Id, null, _cancellation);

        Assert.Equal(new BatchCounts(80 - done, done, 0, 0), again.Rows);
        Assert.Equal(80, _counter.Authority.Counts().Licenses);
    }

    [Fact]
    public void A_process_that_ended_half_way_is_followed_by_one_that_carries_out_the_rest()
    {
        var batch = Approved(Import(Rows(1, 20)));
        using var killed = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Batches.CarryOut(batch.Id, new Immediately<BatchProgress>(_ => killed.Cancel()), killed.Token));
        _counter.Reopen();

        Batches.CarryOut(batch.Id, null, _cancellation);

        Assert.Equal(new BatchProgress(20, 20, 0, 0), Batches.Find(batch.Id)!.Progress);
        Assert.Equal(20, _counter.Authority.Counts().Licenses);
    }

    [Fact]
    public async Task The_background_carries_out_what_is_approved()
    {
        using var batches = Batches;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        var running = batches.RunAsync(TimeSpan.FromMinutes(1), failed: null, stop.Token);
        var batch = Import(Rows(1, 10), batches);

        Assert.True(batches.TryApprove(Counter.Approver, batch.Id, batch.ContentHash!.Value, out _, out _));
        while (batches.Find(batch.Id)!.State != BatchState.Done)
            await Task.Yield();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(10, _counter.Authority.Counts().Licenses);
    }

    [Fact]
    public void A_changed_register_shows_new_unchanged_and_changed_rows_and_amends_what_changed()
    {
        Batches.CarryOut(Approved(Import(Rows(1, 3))).Id, null, _cancellation);

        var batch = Import(Row(1) + Row(2).Replace("示例路2号", "示例路200号", StringComparison.Ordinal) + Row(3) + Row(4));
        Batches.CarryOut(Approved(batch).Id, null, _cancellation);

        Assert.Equal(new BatchCounts(New: 1, Unchanged: 2, Changed: 1, Rejected: 0), batch.Rows);
        Assert.Equal(
            [RowOutcome.Unchanged, RowOutcome.Changed, RowOutcome.Unchanged, RowOutcome.New], Batches.Rows(batch.Id).Select(row => row.Outcome));
        Assert.Equal(2, _counter.Authority.FindLicense(Enterprise.Code(2))!.Newest.Version);
        Assert.Equal(1, _counter.Authority.FindLicense(Enterprise.Code(1))!.Newest.Version);
    }

    [Fact]
    public void A_register_changes_no_license_of_another_office()
    {
        Batches.CarryOut(Approved(Import(Rows(1, 2))).Id, null, _cancellation);
        var elsewhere = Counter.Clerk with { Office = 2 };

        Assert.True(Batches.TryImport(elsewhere, Register(Rows(2, 2)), null, _cancellation, out var batch, out _));

        var rows = Batches.Rows(batch.Id).ToList();
        Assert.Equal([RowOutcome.Rejected, RowOutcome.New], rows.Select(row => row.Outcome));
        Assert.Equal(Codes.OfficeDiffers, rows[0].Refusal!.Value.Code);
        Assert.Equal(1, _counter.Authority.FindLicense(Enterprise.Code(2))!.Newest.Version);
    }

    [Fact]
    public void Import_approval_and_cancellation_are_in_the_trail_with_the_root()
    {
        var batch = Approved(Import(Rows(1, 2)));
        Batches.TryCancel(Counter.Approver, batch.Id, out _, out _);
        Batches.TryCancel(Counter.Approver, batch.Id, out _, out _);

        var trail = new AuditLog(_counter.Register, _counter.Clock).Read(0, 100).Where(entry => entry.Subject == $"batch/{batch.Id}").ToList();

        Assert.Equal(["import-batch", "approve-batch", "cancel-batch", "cancel-batch"], trail.Select(entry => entry.Act));
        Assert.Equal(["ok", "ok", "ok", Codes.StateConflict], trail.Select(entry => entry.Result));
        Assert.Equal(batch.ContentHash, trail[0].ContentHash);
        Assert.Equal(batch.ContentHash, trail[1].ContentHash);
    }

    private Batch Import(string rows, RegisterBatches? batches = null) =>
        (batches ?? Batches).TryImport(Counter.Clerk, Register(rows), null, _cancellation, out var batch, out var refusal)
            ? batch
            : throw new InvalidOperationException(refusal.ToString());

    private Batch Approved(Batch batch) => Batches.TryApprove(Counter.Approver, batch.Id, batch.ContentHash!.Value, out var approved, out var refusal)
        ? approved
        : throw new InvalidOperationException(refusal.ToString());

    private static MemoryStream Register(string rows) => new(Encoding.UTF8.GetBytes(Header + rows));

    private static string Rows(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(Row));

    private static string Row(int number) =>
        $"示例{number}号商贸有限公司,{Enterprise.Code(number)},2020-05-01,有限责任公司,张三,100万人民币,日用百货销售,示例省,示例市,示例市示例路{number}号\n";

    /// <summary>On the caller's thread, unlike Progress.</summary>
    private sealed class Immediately<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}

public sealed class RegisterBatchesOnSqliteTests() : RegisterBatchesTests(EmbeddedDatabases.Instance);

public sealed class RegisterBatchesOnPostgresTests(PostgresCluster cluster) : RegisterBatchesTests(cluster);
