using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Loss reports, replacements, and what becomes of certificates when their license ends.</summary>
public abstract class ChangeCertificateTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void A_loss_report_puts_on_hold_at_once_and_revokes_when_it_is_confirmed_in_time()
    {
        var (license, certificate) = Certified(1);

        var report = _counter.Apply(Counter.About(certificate, MatterType.LossReport));
        Assert.Equal("Suspended loss-reported", State(certificate));
        _counter.Clock.Now += TimeSpan.FromHours(72) - TimeSpan.FromMilliseconds(1);
        _counter.Reopen();
        Assert.Equal(MatterState.Done, _counter.Authority.CarryOut([_counter.Approve(report)])[0].State);

        Assert.Equal("Revoked loss-confirmed", State(certificate));
        Assert.Equal(Standing.Valid, _counter.Authority.FindLicense(license.Number)!.Standing);
        Assert.Equal(["Valid", "Valid", "Suspended", "Revoked"], Log());
    }

    [Fact]
    public void A_loss_report_that_nobody_confirms_in_time_lapses_and_the_hold_is_gone()
    {
        var (_, certificate) = Certified(1);
        var report = _counter.Apply(Counter.About(certificate, MatterType.LossReport));
        var other = _counter.Apply(Enterprise.Issuance(2));
        _counter.Clock.Now += TimeSpan.FromHours(72);

        Assert.False(_counter.Authority.TryApprove(Counter.Approver, report.Id, report.ContentHash, out _, out var refusal));

        Assert.Equal(Codes.StateConflict, refusal.Code);
        Assert.Equal((MatterState.Lapsed, MatterState.Applied), (_counter.Authority.FindMatter(report.Id)!.State, _counter.Authority.FindMatter(other.Id)!.State));
        Assert.Equal("Valid loss-report-ended", State(certificate));
    }

    [Fact]
    public void A_loss_report_that_is_declined_holds_no_more_and_holds_again_when_it_is_submitted_again()
    {
        var (_, certificate) = Certified(1);
        var report = _counter.Apply(Counter.About(certificate, MatterType.LossReport));
        var seen = new Approval(report.Id, report.ContentHash);

        Assert.True(_counter.Authority.TryReturn(Counter.Approver, seen, "补正", out _, out var refusal), refusal.ToString());
        Assert.Equal("Valid loss-report-ended", State(certificate));
        Assert.True(_counter.Authority.TrySubmit(Counter.Clerk, seen, out _, out refusal), refusal.ToString());
        Assert.Equal("Suspended loss-reported", State(certificate));
        Assert.True(_counter.Authority.TryReject(Counter.Approver, seen, "已找回", out _, out refusal), refusal.ToString());
        Assert.Equal("Valid loss-report-ended", State(certificate));
    }

    [Fact]
    public void The_same_report_again_is_the_same_matter_and_another_ones_is_refused()
    {
        var (_, certificate) = Certified(1);
        var report = _counter.Apply(Counter.About(certificate, MatterType.LossReport));

        Assert.Equal(report.Id, _counter.Apply(Counter.About(certificate, MatterType.LossReport)).Id);
        Assert.False(_counter.Authority.TryApply(Counter.Approver, Counter.About(certificate, MatterType.LossReport), out _, out var refusal));

        Assert.Equal(Codes.TransitionRefused, refusal.Code);
        Assert.Equal(["Valid", "Valid", "Suspended"], Log());
    }

    [Fact]
    public void A_clock_that_went_back_puts_nothing_on_hold()
    {
        var (_, certificate) = Certified(1);
        _counter.Clock.Now -= TimeSpan.FromMinutes(1);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Counter.About(certificate, MatterType.LossReport), out _, out var refusal));

        Assert.Equal(Codes.ClockBackwards, refusal.Code);
        Assert.Equal("Valid ", State(certificate));
    }

    [Theory]
    [InlineData(false, "Superseded replaced")]
    [InlineData(true, "Revoked loss-confirmed")]
    public void A_replacement_supersedes_what_is_not_revoked_yet_and_gives_one_right_to_another_certificate(bool isLost, string expected)
    {
        var (license, certificate) = Certified(1);
        if (isLost)
            _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(Counter.About(certificate, MatterType.LossReport)))]);

        var replacement = CarryOut(Counter.About(certificate, MatterType.Replacement));
        using var token = new TokenKey();
        var next = _counter.Certify(replacement.MatterId, token);

        Assert.Equal(expected, State(certificate));
        Assert.Equal("Valid ", State(next));
        Assert.Equal((Standing.Valid, 1), (_counter.Authority.FindLicense(license.Number)!.Standing, next.Index));
        Assert.False(_counter.Authority.TryApply(Counter.Approver, Counter.About(certificate, MatterType.Replacement), out _, out var refusal));
        Assert.Equal(Codes.TransitionRefused, refusal.Code);
    }

    [Fact]
    public void Of_two_replacements_that_were_approved_one_is_carried_out()
    {
        var (_, certificate) = Certified(1);
        var first = _counter.Approve(_counter.Apply(Counter.About(certificate, MatterType.Replacement)));
        Assert.True(_counter.Authority.TryApply(Counter.Approver, Counter.About(certificate, MatterType.Replacement), out var other, out _));
        Assert.True(_counter.Authority.TryApprove(Counter.Clerk, other.Id, other.ContentHash, out var second, out _));

        var results = _counter.Authority.CarryOut([first, second]);

        Assert.Equal([MatterState.Done, MatterState.Refused], results.Select(result => result.State));
        Assert.Equal(Codes.TransitionRefused, results[1].Refusal!.Value.Code);
    }

    [Theory]
    [InlineData(MatterType.Suspension, "Valid ")]
    [InlineData(MatterType.Revocation, "Revoked false-registration")]
    [InlineData(MatterType.Cancellation, "Cancelled dissolution")]
    public void What_ends_a_license_ends_its_certificates_in_the_same_transaction(MatterType type, string expected)
    {
        var (license, certificate) = Certified(1);
        var (_, other) = Certified(2);
        var held = _counter.Amend(license, 1) is var second ? _counter.Certify(second.Number) : null!;
        _counter.Apply(Counter.About(held, MatterType.LossReport, version: 2));

        _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(Counter.Standing(type, license.Number, 2)))]);

        Assert.Equal((expected, "Valid "), (State(certificate), State(other)));
        Assert.Equal(type == MatterType.Suspension ? "Suspended loss-reported" : expected, State(held));
        var entries = _counter.Database.Rows("SELECT matter_id FROM log_entries UNION ALL SELECT matter_id FROM certificate_entries ORDER BY 1 DESC");
        Assert.Equal(type == MatterType.Suspension ? 2 : 4, entries.Count(matter => matter == entries[0]));
    }

    [Fact]
    public void What_has_ended_stays_as_it_ended()
    {
        var (license, certificate) = Certified(1);
        var report = _counter.Approve(_counter.Apply(Counter.About(certificate, MatterType.LossReport)));
        _counter.Change(MatterType.Revocation, license);

        Assert.Equal(MatterState.Done, _counter.Authority.CarryOut([report])[0].State);
        _counter.Change(MatterType.Cancellation, license);

        Assert.Equal("Revoked false-registration", State(certificate));
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Counter.About(certificate, MatterType.Replacement), out _, out var refusal));
        Assert.Equal(Codes.TransitionRefused, refusal.Code);
    }

    [Fact]
    public void A_certificate_of_nobody_or_of_another_license_is_not_found()
    {
        var (license, _) = Certified(1);
        var (_, other) = Certified(2);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Counter.About(other with { License = license.Number }, MatterType.LossReport), out _, out var refusal));
        Assert.Equal(Codes.NotFound, refusal.Code);
        Assert.True(CertificateContent.TryCreate(MatterType.Replacement, license.Number, 1, other.Issuer, "4a", out var nobodys, out _));
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, nobodys, out _, out refusal));
        Assert.Equal(Codes.NotFound, refusal.Code);
    }

    private (ReleasedLicense License, EnterpriseCertificate Certificate) Certified(int number)
    {
        var license = _counter.Issue(number);
        return (license, _counter.Certify(license.Number));
    }

    private CarryOutResult CarryOut(MatterContent content) => _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(content))])[0];

    private string State(EnterpriseCertificate certificate)
    {
        var now = _counter.Authority.Certificates.Find(certificate.MatterId)!;
        return $"{now.Standing} {CertificateReasons.CodeOf(now.Reason)}";
    }

    private IEnumerable<string> Log() => _counter.Database.Rows("SELECT entry FROM whole_log ORDER BY position").Select(hex =>
        LogEntry.TryDecode(Convert.FromHexString(hex), out var entry, out var refusal) ? entry.Standing.ToString() : throw new InvalidOperationException(refusal.ToString()));
}

public sealed class ChangeCertificateOnSqliteTests() : ChangeCertificateTests(EmbeddedDatabases.Instance);

public sealed class ChangeCertificateOnPostgresTests(PostgresCluster cluster) : ChangeCertificateTests(cluster);
