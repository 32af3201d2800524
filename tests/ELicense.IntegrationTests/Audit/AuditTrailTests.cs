using ELicense.Core;
using ELicense.Core.Log;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Audit;

public abstract class AuditTrailTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    private IReadOnlyList<AuditEntry> Trail => new AuditLog(_counter.Register, _counter.Clock).Read(0, 1000);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void An_issuance_leaves_who_applied_who_approved_and_what_was_carried_out_on_one_content()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));
        var license = _counter.Authority.CarryOut([_counter.Approve(matter)])[0].License!;

        Assert.Equal(
            [
                (1L, "apply", Counter.Clerk.Person, "matter/1", null, "ok"),
                (2L, "approve", Counter.Approver.Person, "matter/1", null, "ok"),
                (3L, "carry-out", null, "matter/1", license.Number.ToString(), "ok"),
            ],
            Trail.Select(entry => (entry.Number, entry.Act, entry.Person, entry.Subject, entry.License, entry.Result)));
        Assert.All(Trail, entry => Assert.Equal(matter.ContentHash, entry.ContentHash));
        Assert.All(Trail, entry => Assert.Equal(_counter.Clock.Now.ToUnixTimeMilliseconds(), entry.TimeMs));
    }

    [Fact]
    public void The_place_from_which_an_officer_acts_is_in_the_trail()
    {
        var atTheDoor = Counter.Clerk with { Origin = "officers 192.0.2.7" };

        _counter.Authority.TryApply(atTheDoor, Enterprise.Issuance(1), out _, out _);

        Assert.Equal("officers 192.0.2.7", Assert.Single(Trail).Origin);
    }

    [Fact]
    public void A_refused_application_is_in_the_trail()
    {
        _counter.Issue(1);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Issuance(1), out _, out _));

        Assert.Equal(("apply", Codes.AlreadyLicensed, $"enterprise/{Enterprise.Code(1)}"), (Trail[^1].Act, Trail[^1].Result, Trail[^1].Subject));
    }

    [Fact]
    public void An_approval_by_the_applicant_is_refused_and_in_the_trail()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));

        _counter.Authority.TryApprove(Counter.Clerk, matter.Id, matter.ContentHash, out _, out _);

        Assert.Equal(("approve", Codes.SamePerson, Counter.Clerk.Person), (Trail[^1].Act, Trail[^1].Result, Trail[^1].Person));
    }

    [Fact]
    public void Applications_made_together_have_one_entry_with_their_Merkle_root_and_a_refused_one_among_them_its_own()
    {
        _counter.Issue(9);

        var applied = _counter.Authority.ApplyAll(Counter.Clerk, [.. new[] { 1, 9, 2 }.Select(Enterprise.Issuance)]);

        var root = MerkleTree.Node(MerkleTree.Leaf(applied[0].Matter!.ContentHash.Span), MerkleTree.Leaf(applied[2].Matter!.ContentHash.Span));
        Assert.Equal((Codes.AlreadyLicensed, $"enterprise/{Enterprise.Code(9)}"), (Trail[^2].Result, Trail[^2].Subject));
        Assert.Equal(("ok", "matter/2 +1", root), (Trail[^1].Result, Trail[^1].Subject, Trail[^1].ContentHash));
    }

    [Fact]
    public void A_content_that_was_edited_after_its_approval_is_in_the_trail_as_such()
    {
        var approved = _counter.Approved(1, 2);
        _counter.Sql("UPDATE matters SET content = (SELECT content FROM matters WHERE id = 2) WHERE id = 1");

        _counter.Authority.CarryOut(approved);

        Assert.Contains(Trail, entry => entry is { Act: "carry-out", Subject: "matter/1", Result: Codes.ContentChanged, License: null });
    }

    [Fact]
    public void A_revocation_and_a_second_one_that_is_refused_are_in_the_trail_with_the_license()
    {
        var license = _counter.Issue(1);
        var again = _counter.Approve(_counter.Apply(Counter.Standing(MatterType.Revocation, license.Number)));
        var other = _counter.Apply(Counter.Standing(MatterType.Suspension, license.Number));

        _counter.Authority.CarryOut([again, _counter.Approve(other)]);

        var number = license.Number.ToString();
        Assert.Equal(
            [("carry-out", number, "ok"), ("carry-out", number, Codes.TransitionRefused)],
            Trail.TakeLast(3).Where(entry => entry.Act == "carry-out").Select(entry => (entry.Act, entry.License, entry.Result)));
    }

    [Fact]
    public void An_act_and_its_entry_are_stored_together_or_not_at_all()
    {
        _counter.Apply(Enterprise.Issuance(1));
        _counter.Sql("UPDATE head SET audit_size = 0"); // the next entry would take a number that is taken

        Assert.ThrowsAny<System.Data.Common.DbException>(() => _counter.Apply(Enterprise.Issuance(2)));

        Assert.Null(_counter.Authority.FindMatter(2));
    }

    [Fact]
    public void What_a_door_refused_is_recorded_even_when_the_caller_sent_no_text()
    {
        var log = new AuditLog(_counter.Register, _counter.Clock);

        log.Record(new AuditAct("find", new Officer("person-3", "", 1) { Origin = new string('\uD800', 5000) }, "matter/1")
        {
            Refusal = new Refusal(Codes.NotFound, ""),
        });

        Assert.Equal(("find", new string('\uFFFD', 200), Codes.NotFound), (Trail[0].Act, Trail[0].Origin, Trail[0].Result));
    }

    [Fact]
    public void The_database_itself_refuses_to_change_or_delete_an_entry()
    {
        _counter.Apply(Enterprise.Issuance(1));

        Assert.ThrowsAny<System.Data.Common.DbException>(() => _counter.Sql("UPDATE audit_trail SET entry_hash = entry_hash"));
        Assert.ThrowsAny<System.Data.Common.DbException>(() => _counter.Sql("DELETE FROM audit_trail"));
    }
}

public sealed class AuditTrailOnSqliteTests() : AuditTrailTests(EmbeddedDatabases.Instance);

public sealed class AuditTrailOnPostgresTests(PostgresCluster cluster) : AuditTrailTests(cluster);
