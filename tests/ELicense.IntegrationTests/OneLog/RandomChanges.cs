using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>Acts of officers on licenses and certificates, by chance: each either happens, or is refused and changes nothing.</summary>
internal sealed class RandomChanges(Counter counter, Random random)
{
    private readonly List<ReleasedLicense> _licenses = [];
    private readonly List<EnterpriseCertificate> _certificates = [];
    private readonly List<Matter> _reports = [];
    private int _enterprises;

    /// <summary>What has happened how often.</summary>
    public SortedDictionary<string, int> Happened { get; } = new(StringComparer.Ordinal);

    /// <summary>Acts that were not refused.</summary>
    public int Made { get; private set; }

    public void Step()
    {
        counter.Clock.Now += TimeSpan.FromSeconds(random.Next(1, 30));
        var choice = _licenses.Count < 3 ? 0 : random.Next(13);
        switch (choice)
        {
            case 0:
                Issue();
                break;
            case 1:
                Change(MatterType.Suspension);
                break;
            case 2 or 3:
                Change(MatterType.Resumption);
                break;
            case 4:
                Amend();
                break;
            case 5:
                End();
                break;
            case 6 or 7:
                Lose();
                break;
            case 8 or 9 or 10:
                Decide();
                break;
            case 11:
                Lapse();
                break;
            default:
                Replace();
                break;
        }
    }

    private void Issue()
    {
        var license = counter.Issue(++_enterprises);
        _licenses.Add(license);
        _certificates.Add(counter.Certify(license.Number));
        Count("issue", true);
    }

    private void Change(MatterType type) => Change(Any(_licenses), type);

    private void Change(ReleasedLicense license, MatterType type) =>
        Count(type.ToString(), CarryOut(Counter.Standing(type, license.Number, license.Version)) is not null);

    /// <summary>Revoked or cancelled; after a cancellation nothing more is asked of it.</summary>
    private void End()
    {
        var license = Any(_licenses);
        Change(license, random.Next(2) == 0 ? MatterType.Revocation : MatterType.Cancellation);
        if (counter.Authority.FindLicense(license.Number)!.Standing != Standing.Cancelled)
            return;
        _licenses.Remove(license);
        _certificates.RemoveAll(certificate => certificate.License == license.Number);
    }

    private void Amend()
    {
        var at = random.Next(_licenses.Count);
        var number = int.Parse(_licenses[at].Number.ToString().AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
        var amended = CarryOut(Enterprise.Amendment(_licenses[at], number))?.License;
        if (amended is not null)
            _licenses[at] = amended;
        Count("amend", amended is not null);
    }

    private void Lose()
    {
        var certificate = Any(_certificates);
        var passed = counter.Authority.TryApply(Counter.Clerk, Counter.About(certificate, MatterType.LossReport, Version(certificate)), out var report, out _);
        if (passed)
            _reports.Add(report!);
        Count("lose", passed);
    }

    /// <summary>Another officer confirms, returns or rejects a report.</summary>
    private void Decide()
    {
        if (_reports.Count == 0)
            return;
        var report = Any(_reports);
        _reports.Remove(report);
        var seen = new Approval(report.Id, report.ContentHash);
        switch (random.Next(3))
        {
            case 0:
                Count("return", counter.Authority.TryReturn(Counter.Approver, seen, "补正", out _, out _));
                break;
            case 1:
                Count("reject", counter.Authority.TryReject(Counter.Approver, seen, "已找回", out _, out _));
                break;
            default:
                var confirmed = counter.Authority.TryApprove(Counter.Approver, report.Id, report.ContentHash, out var approved, out _);
                if (confirmed)
                    counter.Authority.CarryOut([approved!]);
                Count("confirm", confirmed);
                break;
        }
    }

    private void Lapse()
    {
        counter.Clock.Now += counter.Settings.LossReportLapsesAfter * random.NextDouble();
        var lapsed = counter.Authority.LapseLossReports();
        if (lapsed > 0)
            _reports.RemoveAll(report => counter.Authority.FindMatter(report.Id)!.State == MatterState.Lapsed);
        Count("lapse", lapsed > 0);
    }

    private void Replace()
    {
        var certificate = Any(_certificates);
        var replaced = CarryOut(Counter.About(certificate, MatterType.Replacement, Version(certificate)));
        Count("replace", replaced is not null);
        if (replaced is null)
            return;
        using var token = new TokenKey();
        if (counter.Authority.Certificates.TryIssue(Counter.Clerk, replaced.MatterId, token.Request(), random.Next(2) == 0, out var next, out _))
            _certificates.Add(next);
    }

    private CarryOutResult? CarryOut(MatterContent content) =>
        counter.Authority.TryApply(Counter.Clerk, content, out var matter, out _) && counter.Authority.CarryOut([counter.Approve(matter)])[0] is { State: MatterState.Done } done ? done : null;

    private int Version(EnterpriseCertificate certificate) => _licenses.Single(license => license.Number == certificate.License).Version;

    private T Any<T>(List<T> things) => things[random.Next(things.Count)];

    private void Count(string what, bool passed)
    {
        Made += passed ? 1 : 0;
        var name = passed ? what : what + " refused";
        Happened[name] = Happened.GetValueOrDefault(name) + 1;
    }
}
