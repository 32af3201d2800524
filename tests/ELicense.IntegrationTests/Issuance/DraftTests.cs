using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class DraftTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    private LicensingAuthority Authority => _counter.Authority;

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void A_draft_is_judged_when_it_is_submitted()
    {
        var draft = Authority.Draft(Counter.Clerk, Enterprise.Issuance(Enterprise.Draft(1) with { EstablishedOn = "2026-11-23" }));

        Assert.False(Authority.TrySubmit(Counter.Clerk, Seen(draft), out _, out var refusal));

        Assert.Equal(Codes.DateInFuture, refusal.Code);
        Assert.Equal(MatterState.Draft, Authority.FindMatter(draft.Id)!.State);
    }

    [Fact]
    public void What_was_drafted_and_edited_is_what_is_issued()
    {
        var draft = Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));
        Assert.True(Authority.TryEdit(Counter.Clerk, Seen(draft), Enterprise.Issuance(Enterprise.Draft(1) with { Name = "改名商贸有限公司" }), out var edited, out _));
        Assert.True(Authority.TrySubmit(Counter.Clerk, Seen(edited), out var submitted, out _));

        var license = Authority.CarryOut([_counter.Approve(submitted)])[0].License!;

        Assert.Equal("改名商贸有限公司", license.Name);
    }

    [Fact]
    public void An_edit_changes_the_hash_and_the_former_one_decides_nothing()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));
        Assert.True(Authority.TryReturn(Counter.Approver, Seen(matter), "住所有误", out _, out _));
        Assert.True(Authority.TryEdit(Counter.Clerk, Seen(matter), Enterprise.Issuance(Enterprise.Draft(1) with { Address = "别处" }), out var edited, out _));
        Assert.True(Authority.TrySubmit(Counter.Clerk, Seen(edited), out _, out _));

        Assert.NotEqual(matter.ContentHash, edited.ContentHash);
        Assert.False(Authority.TryApprove(Counter.Approver, matter.Id, matter.ContentHash, out _, out var approval));
        Assert.False(Authority.TryReject(Counter.Approver, Seen(matter), "不符", out _, out var rejection));
        Assert.Equal((Codes.ContentChanged, Codes.ContentChanged), (approval.Code, rejection.Code));
    }

    [Fact]
    public void A_return_tells_the_applicant_who_when_and_why()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));

        Authority.TryReturn(Counter.Approver, Seen(matter), "住所证明不全", out _, out _);

        Assert.Equal(new Decision("person-2", _counter.Clock.Now, "住所证明不全"), Authority.FindMatter(matter.Id)!.Decision);
        Assert.Null(Authority.FindMatter(matter.Id)!.FinishedAt);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("行\n行")]
    public void A_rejection_without_a_proper_ground_is_none(string? ground)
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));

        Assert.False(Authority.TryReject(Counter.Approver, Seen(matter), ground, out _, out var refusal));

        Assert.Equal(Codes.GroundMissing, refusal.Code);
    }

    [Fact]
    public void The_applicant_neither_returns_nor_rejects_the_own_matter()
    {
        var matter = _counter.Apply(Enterprise.Issuance(1));

        Assert.False(Authority.TryReturn(Counter.Clerk, Seen(matter), "无", out _, out var returned));
        Assert.False(Authority.TryReject(Counter.Clerk, Seen(matter), "无", out _, out var rejected));

        Assert.Equal((Codes.SamePerson, Codes.SamePerson), (returned.Code, rejected.Code));
    }

    [Fact]
    public void Another_person_neither_edits_nor_submits_a_draft()
    {
        var draft = Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));

        Assert.False(Authority.TryEdit(Counter.Approver, Seen(draft), Enterprise.Issuance(1), out _, out var edit));
        Assert.False(Authority.TrySubmit(Counter.Approver, Seen(draft), out _, out var submit));

        Assert.Equal((Codes.NotTheApplicant, Codes.NotTheApplicant), (edit.Code, submit.Code));
    }

    [Fact]
    public void A_matter_keeps_its_type()
    {
        var license = _counter.Issue(2);
        var draft = Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));

        Assert.False(Authority.TryEdit(Counter.Clerk, Seen(draft), Enterprise.Amendment(license, 2), out _, out var refusal));

        Assert.Equal(Codes.TypeDiffers, refusal.Code);
    }

    [Fact]
    public void Of_two_drafts_for_one_code_one_is_submitted()
    {
        var (first, second) = (Authority.Draft(Counter.Clerk, Enterprise.Issuance(1)), Authority.Draft(Counter.Clerk, Enterprise.Issuance(1)));
        Assert.True(Authority.TrySubmit(Counter.Clerk, Seen(first), out _, out _));

        Assert.False(Authority.TrySubmit(Counter.Clerk, Seen(second), out _, out var refusal));

        Assert.Equal(Codes.DuplicateCode, refusal.Code);
    }

    private static Approval Seen(Matter matter) => new(matter.Id, matter.ContentHash);
}

public sealed class DraftOnSqliteTests() : DraftTests(EmbeddedDatabases.Instance);

public sealed class DraftOnPostgresTests(PostgresCluster cluster) : DraftTests(cluster);
