using System.Data.Common;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Whatever stage a process was killed at, and whatever its token did: absent, pending or complete, and never two signatures.</summary>
public abstract class RecoveryTests : IDisposable
{
    private readonly FaultySigningKey _key = new(SoftwareSigningKey.Generate(Suite.Es256));
    private readonly Counter _counter;

    protected RecoveryTests(DatabaseServer databases) => _counter = new Counter(_key, databases: databases);

    public void Dispose()
    {
        _counter.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_process_killed_after_any_step_is_finished_by_the_next_start(int lastStep)
    {
        var ids = _counter.Approved(1, 5).Select(matter => matter.Id).ToList();
        RunSteps(ids, lastStep);
        var indexes = _counter.Database.Rows("SELECT matter_id, status_index FROM prepared_licenses ORDER BY matter_id");
        var tokens = _counter.Database.Rows("SELECT status_index, token FROM signed_licenses ORDER BY status_index");

        _counter.Reopen();
        var finished = FinishPending();

        Assert.Equal(lastStep == 4 ? 0 : 5, finished.Count);
        Assert.All(finished, result => Assert.Equal(MatterState.Done, result.State));
        Assert.Equal((5, 5), (_counter.Authority.Counts().Licenses, _counter.Authority.Counts().LogSize));
        if (lastStep >= 2)
            Assert.Equal(indexes, _counter.Database.Rows("SELECT matter_id, status_index FROM prepared_licenses ORDER BY matter_id"));
        if (lastStep >= 4)
            Assert.Equal(tokens, _counter.Database.Rows("SELECT status_index, token FROM signed_licenses ORDER BY status_index"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_signature_that_fails_leaves_its_matter_pending_until_the_token_is_back(int call)
    {
        var approved = _counter.Approved(1, 5);
        _key.ThrowAt = call;

        var results = _counter.Authority.CarryOut(approved);

        var waiting = Assert.Single(results, result => result.State == MatterState.Approved);
        Assert.Equal(Codes.TokenFailed, waiting.Refusal!.Value.Code);
        Assert.Null(waiting.License);
        Assert.Equal(4, _counter.Authority.Counts().LogSize);
        var finished = Assert.Single(FinishPending());
        Assert.Equal((waiting.MatterId, MatterState.Done), (finished.MatterId, finished.State));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_wrong_signature_is_found_before_release_and_not_recorded(int call)
    {
        var approved = _counter.Approved(1, 5);
        _key.AlterAt = call;

        var results = _counter.Authority.CarryOut(approved);

        var waiting = Assert.Single(results, result => result.State == MatterState.Approved);
        Assert.Equal(Codes.SignatureWrong, waiting.Refusal!.Value.Code);
        Assert.Equal(4, _counter.Scalar("SELECT count(*) FROM signed_licenses"));
        Assert.Equal(MatterState.Done, Assert.Single(FinishPending()).State);
    }

    [Fact]
    public void A_token_that_is_gone_is_asked_for_one_chunk_only()
    {
        var approved = _counter.Approved(1, 24);
        _key.ThrowAlways = true;

        var results = _counter.Authority.CarryOut(approved);

        Assert.All(results, result => Assert.Equal((MatterState.Approved, Codes.TokenFailed), (result.State, result.Refusal!.Value.Code)));
        Assert.Equal(8, _key.Calls);
        _key.ThrowAlways = false;
        Assert.Equal(24, FinishPending().Count(result => result.State == MatterState.Done));
    }

    [Fact]
    public void What_was_prepared_for_another_key_is_not_signed_with_the_new_one()
    {
        RunSteps(_counter.Approved(1, 1).Select(matter => matter.Id).ToList(), lastStep: 2);
        using var other = SoftwareSigningKey.Generate(Suite.Es256);
        _counter.Keys = new ELicense.Issuance.AuthorityKeys(other, _counter.Keys.Status, _counter.Keys.Log, _counter.Keys.Clock);

        _counter.Reopen();

        Assert.Equal(Codes.KeyDiffers, Assert.Single(FinishPending()).Refusal!.Value.Code);
        Assert.Equal(0, _counter.Scalar("SELECT count(*) FROM signed_licenses"));
    }

    [Fact]
    public void A_prepared_face_that_is_not_the_approved_one_is_not_signed()
    {
        RunSteps(_counter.Approved(1, 2).Select(matter => matter.Id).ToList(), lastStep: 2);
        _counter.Database.DropGuards("prepared_licenses");
        _counter.Sql("UPDATE prepared_licenses SET document = (SELECT document FROM prepared_licenses WHERE matter_id = 2) WHERE matter_id = 1");

        _counter.Reopen();

        Assert.Equal(Codes.ContentChanged, FinishPending()[0].Refusal!.Value.Code);
    }

    [Fact]
    public void Two_processes_at_the_same_matter_release_one_signature()
    {
        var ids = _counter.Approved(1, 1).Select(matter => matter.Id).ToList();
        var (first, second) = (_counter.IssueLicense, _counter.IssueLicense);
        var mine = first.Reread(ids);
        var theirs = second.Reread(ids);

        first.Prepare(mine);
        second.Prepare(theirs);
        first.Sign(mine);
        second.Sign(theirs);
        second.Log(theirs);
        first.Log(mine);

        Assert.Equal([Convert.ToHexString(theirs[0].Signed!.Token)], _counter.Database.Rows("SELECT token FROM signed_licenses"));
        Assert.Equal(1, _counter.Scalar("SELECT count(*) FROM log_entries"));
        Assert.Equal((Codes.StateConflict, null), (mine[0].Refusal!.Value.Code, first.Release(mine)[0].License));
    }

    /// <summary>A former release recorded signatures in a transaction of their own.</summary>
    [Fact]
    public void A_signature_that_is_recorded_and_not_logged_is_logged_and_no_other_is_made()
    {
        var ids = _counter.Approved(1, 1).Select(matter => matter.Id).ToList();
        var chunk = _counter.IssueLicense.Reread(ids);
        _counter.IssueLicense.Prepare(chunk);
        _counter.IssueLicense.Sign(chunk);
        var token = Convert.ToHexString(chunk[0].Signed!.Token);
        using (var transaction = _counter.Register.Write())
        {
            using var store = new ELicense.Issuance.Store.IssuanceStore(transaction);
            store.RecordSignature(chunk[0].Signed!, 0);
            transaction.Commit();
        }

        var license = Assert.Single(FinishPending()).License!;

        Assert.Equal(1, _key.Calls);
        Assert.Equal([token], _counter.Database.Rows("SELECT token FROM signed_licenses"));
        Assert.Equal(token, Convert.ToHexString(license.Token.Span));
    }

    [Fact]
    public void Chunks_that_overlap_are_prepared_and_logged_in_the_order_of_their_matters()
    {
        var approved = _counter.ApprovedBatch(1, 40);

        var results = _counter.Authority.CarryOut(approved);

        Assert.Equal(approved.Select(matter => matter.Id), results.Select(result => result.MatterId));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (i + 1L, (long)i)), results.Select(result => (result.License!.Number.Serial, result.License.LogPosition)));
    }

    [Fact]
    public async Task Several_threads_at_the_same_matters_issue_each_once_and_sign_each_once()
    {
        var approved = _counter.ApprovedBatch(1, 40);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(FinishPending, TestContext.Current.CancellationToken)));

        Assert.Equal(approved.Count, _counter.Scalar("SELECT count(*) FROM log_entries"));
        Assert.Equal(approved.Count, _key.Calls);
    }

    [Theory]
    [InlineData("UPDATE log_entries SET entry = entry")]
    [InlineData("DELETE FROM log_entries")]
    [InlineData("UPDATE signed_licenses SET token = token")]
    [InlineData("DELETE FROM prepared_licenses")]
    public void What_was_written_once_is_not_altered(string sql)
    {
        _counter.Issue(1);

        Assert.Contains("append-only", Assert.ThrowsAny<DbException>(() => _counter.Sql(sql)).Message, StringComparison.Ordinal);
    }

    private void RunSteps(List<long> ids, int lastStep)
    {
        var issue = _counter.IssueLicense;
        if (lastStep == 0)
            return;
        var chunk = issue.Reread(ids);
        if (lastStep >= 2)
            issue.Prepare(chunk);
        if (lastStep >= 3)
            issue.Sign(chunk);
        if (lastStep >= 4)
            issue.Log(chunk);
    }

    private List<CarryOutResult> FinishPending()
    {
        var results = new List<CarryOutResult>();
        _counter.Authority.FinishPending(results.Add);
        return results;
    }
}

public sealed class RecoveryOnSqliteTests() : RecoveryTests(EmbeddedDatabases.Instance);

public sealed class RecoveryOnPostgresTests(PostgresCluster cluster) : RecoveryTests(cluster);
