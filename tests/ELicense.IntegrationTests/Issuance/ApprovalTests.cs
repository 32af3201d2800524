using System.Data.Common;
using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class ApprovalTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void The_applicant_does_not_approve_the_own_matter_whatever_the_name_on_the_certificate()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));

        Assert.False(_counter.Authority.TryApprove(Counter.Clerk with { Name = "李四(副本)" }, matter.Id, matter.ContentHash, out _, out var refusal));

        Assert.Equal(Codes.SamePerson, refusal.Code);
        Assert.Equal(MatterState.Applied, _counter.Authority.FindMatter(matter.Id)!.State);
    }

    [Fact]
    public void The_database_itself_refuses_one_person_in_both_roles()
    {
        _counter.Apply(Enterprise.Issuance(1));

        var refused = Assert.ThrowsAny<DbException>(() => _counter.Sql("UPDATE matters SET state = 2, approver = applicant, approved_ms = 1"));

        Assert.Contains("four_eyes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_itself_refuses_an_approval_by_nobody()
    {
        _counter.Apply(Enterprise.Issuance(1));

        Assert.ThrowsAny<DbException>(() => _counter.Sql("UPDATE matters SET state = 2"));
    }

    [Fact]
    public void An_approval_of_another_content_than_the_stored_one_is_refused()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));
        var other = _counter.Apply(Enterprise.Issuance(2));

        Assert.False(_counter.Authority.TryApprove(Counter.Approver, matter.Id, other.ContentHash, out _, out var refusal));

        Assert.Equal(Codes.ContentChanged, refusal.Code);
    }

    [Fact]
    public void Content_that_was_edited_between_application_and_approval_is_refused()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));
        _counter.Apply(Enterprise.Issuance(2));
        _counter.Sql("UPDATE matters SET content = (SELECT content FROM matters WHERE id = 2) WHERE id = 1");

        Assert.False(_counter.Authority.TryApprove(Counter.Approver, matter.Id, matter.ContentHash, out _, out var refusal));

        Assert.Equal(Codes.ContentChanged, refusal.Code);
    }

    [Fact]
    public void Content_that_was_edited_after_approval_is_not_signed()
    {
        var approved = _counter.Approved(1, 2);
        _counter.Sql("UPDATE matters SET content = (SELECT content FROM matters WHERE id = 2) WHERE id = 1");

        var results = _counter.Authority.CarryOut(approved);

        Assert.Equal(Codes.ContentChanged, results[0].Refusal!.Value.Code);
        Assert.Null(results[0].License);
        Assert.Equal(MatterState.Done, results[1].State);
    }

    [Fact]
    public void Of_two_approvals_the_second_is_a_conflict()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));
        _counter.Approve(matter);

        Assert.False(_counter.Authority.TryApprove(new Officer("person-3", "赵六", 1), matter.Id, matter.ContentHash, out _, out var refusal));

        Assert.Equal(Codes.StateConflict, refusal.Code);
    }

    [Fact]
    public void An_unknown_matter_is_not_found()
    {
        Assert.False(_counter.Authority.TryApprove(Counter.Approver, 77, default, out _, out var refusal));

        Assert.Equal(Codes.NotFound, refusal.Code);
    }

    [Fact]
    public void A_batch_of_approvals_answers_each_for_itself()
    {
        var matters = _counter.Authority.ApplyAll(Counter.Clerk, [.. Enumerable.Range(1, 10).Select(Enterprise.Issuance)]).Select(result => result.Matter!).ToList();
        var approvals = matters.Select(matter => new Approval(matter.Id, matter.Id == 5 ? default : matter.ContentHash)).ToList();

        var results = _counter.Authority.ApproveAll(Counter.Approver, approvals);

        Assert.Equal([5L], results.Where(result => result.Approved is null).Select(result => result.MatterId));
        Assert.Equal(Codes.ContentChanged, results[4].Refusal!.Value.Code);
        Assert.Equal(MatterState.Applied, _counter.Authority.FindMatter(5)!.State);
        Assert.Equal(new RegisterCounts(1, 9, 0, 0, 0, 0), _counter.Authority.Counts());
    }
}

public sealed class ApprovalOnSqliteTests() : ApprovalTests(EmbeddedDatabases.Instance);

public sealed class ApprovalOnPostgresTests(PostgresCluster cluster) : ApprovalTests(cluster);
