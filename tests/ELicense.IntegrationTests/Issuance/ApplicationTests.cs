using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class ApplicationTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void A_licensed_code_is_not_applied_for_again()
    {
        _counter.Issue(1);

        Assert.Equal(Codes.AlreadyLicensed, Refused(Enterprise.Issuance(1)));
    }

    [Fact]
    public void A_code_with_another_open_matter_is_a_duplicate()
    {
        _counter.Apply(Enterprise.Issuance(1));

        Assert.Equal(Codes.DuplicateCode, Refused(Enterprise.Issuance(Enterprise.Draft(1) with { LegalRepresentative = "别人" })));
    }

    [Fact]
    public void The_same_application_again_is_the_same_matter()
    {
        var first = _counter.Apply(Enterprise.Issuance(1));

        var again = _counter.Apply(Enterprise.Issuance(1));

        Assert.Equal(first.Id, again.Id);
        Assert.Equal(1, _counter.Authority.Counts().Applied);
    }

    [Theory]
    [InlineData(MatterType.Suspension)]
    [InlineData(MatterType.Revocation)]
    [InlineData(MatterType.Amendment)]
    [InlineData(MatterType.Cancellation)]
    public void The_same_application_about_a_license_again_is_the_same_matter_until_it_is_done(MatterType type)
    {
        var license = _counter.Issue(1);
        MatterContent content = type == MatterType.Amendment ? Enterprise.Amendment(license, 1) : Counter.Standing(type, license.Number);
        var first = _counter.Apply(content);

        Assert.Equal(first.Id, _counter.Apply(content).Id);

        _counter.Authority.CarryOut([_counter.Approve(first)]);
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, content, out var later, out _) && later.Id == first.Id);
    }

    [Fact]
    public void Another_persons_application_about_the_same_license_is_another_matter()
    {
        var content = Counter.Standing(MatterType.Suspension, _counter.Issue(1).Number);
        var first = _counter.Apply(content);

        Assert.True(_counter.Authority.TryApply(Counter.Approver, content, out var second, out var refusal), refusal.ToString());

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public void A_term_that_has_ended_is_refused() =>
        Assert.Equal(Codes.TermEnded, Refused(Enterprise.Issuance(Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2026-11-21" })));

    [Fact]
    public void A_term_that_ends_today_is_not_refused() =>
        Assert.NotNull(_counter.Apply(Enterprise.Issuance(Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2026-11-22" })));

    [Fact]
    public void A_day_to_come_is_no_date_of_establishment() =>
        Assert.Equal(Codes.DateInFuture, Refused(Enterprise.Issuance(Enterprise.Draft(1) with { EstablishedOn = "2026-11-23" })));

    [Fact]
    public void Today_is_counted_in_China()
    {
        _counter.Clock.Now = DateTimeOffset.Parse("2026-11-22T16:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

        Assert.NotNull(_counter.Apply(Enterprise.Issuance(Enterprise.Draft(1) with { EstablishedOn = "2026-11-23" })));
    }

    [Fact]
    public void A_token_above_QR_version_20_is_refused_before_approval()
    {
        // 105 characters of three bytes each pass the text rules, and do not fit with the rest into 970 alphanumeric characters.
        var name = new string('商', 105);

        Assert.Equal(Codes.TokenTooLarge, Refused(Enterprise.Issuance(Enterprise.Draft(1) with { Name = name, LegalRepresentative = new string('三', 60) })));
    }

    [Fact]
    public void An_officer_applies_for_the_own_office_only() =>
        Assert.Equal(Codes.OfficeDiffers, Refused(Enterprise.Issuance(Enterprise.Draft(1), office: "另一个市场监督管理局")));

    [Fact]
    public void An_officer_of_no_office_applies_for_nothing()
    {
        Assert.False(_counter.Authority.TryApply(new Officer("person-9", "孙七", 9), Enterprise.Issuance(1), out _, out var refusal));

        Assert.Equal(Codes.OfficeUnknown, refusal.Code);
    }

    [Fact]
    public void A_change_for_an_unknown_license_is_not_found() =>
        Assert.Equal(Codes.NotFound, Refused(Counter.Standing(MatterType.Revocation, new LicenseNumber(4401, 99))));

    [Fact]
    public void A_change_that_expects_another_version_has_been_overtaken()
    {
        var license = _counter.Issue(1);

        Assert.Equal(Codes.VersionMoved, Refused(Counter.Standing(MatterType.Revocation, license.Number, 2)));
    }

    [Fact]
    public void A_reason_of_another_kind_of_change_is_refused()
    {
        var license = _counter.Issue(1);
        var reason = Reasons.All.First(reason => reason.For == StandingEvent.Suspend);

        Assert.Equal(Codes.ReasonUnknown, Refused(new StandingContent(MatterType.Revocation, license.Number, 1, reason.Number)));
    }

    [Theory]
    [InlineData(MatterType.Suspension)]
    [InlineData(MatterType.Revocation)]
    [InlineData(MatterType.Cancellation)]
    public void What_is_to_an_enterprises_disadvantage_states_its_ground(MatterType type)
    {
        var license = _counter.Issue(1);

        Assert.Equal(Codes.ReasonMissing, Refused(new StandingContent(type, license.Number, 1, reason: 0)));
    }

    [Fact]
    public void A_batch_answers_each_row_for_itself_and_in_order()
    {
        var contents = Enumerable.Range(1, 20).Select(number => Enterprise.Issuance(number == 11 ? Enterprise.Draft(11) with { EstablishedOn = "2027-01-01" } : Enterprise.Draft(number)));

        var results = _counter.Authority.ApplyAll(Counter.Clerk, [.. contents]);

        Assert.Equal([10], results.Index().Where(result => result.Item.Matter is null).Select(result => result.Index));
        Assert.Equal(Enumerable.Range(1, 19).Select(id => (long)id), results.Where(result => result.Matter is not null).Select(result => result.Matter!.Id));
    }

    private string Refused(MatterContent content)
    {
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, content, out _, out var refusal));
        return refusal.Code;
    }
}

public sealed class ApplicationOnSqliteTests() : ApplicationTests(EmbeddedDatabases.Instance);

public sealed class ApplicationOnPostgresTests(PostgresCluster cluster) : ApplicationTests(cluster);
