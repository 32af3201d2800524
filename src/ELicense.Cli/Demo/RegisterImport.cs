using System.Diagnostics;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Issuance.Import;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Cli.Demo;

/// <summary>How long each stage of an import took, all chunks together.</summary>
internal sealed record ImportTimes(TimeSpan Reading, TimeSpan Applying, TimeSpan Approving, TimeSpan Issuing);

/// <summary>
/// A register (CSV) as matters: read, applied for by one officer, approved by another, issued; in chunks, so that memory does not grow with the register.
/// Each row ends as a license or as a rejection.
/// </summary>
internal sealed class RegisterImport(AuthorityZone authority, TwoOfficers officers, DataFolder data, Uri publicAddress, DateOnly today)
{
    private const int ChunkSize = 1000;

    private readonly Stopwatch _reading = new();
    private readonly Stopwatch _applying = new();
    private readonly Stopwatch _approving = new();
    private readonly Stopwatch _issuing = new();

    public List<DemoLicense> Licenses { get; } = [];

    public List<DemoRejection> Rejected { get; } = [];

    /// <summary>Credit code of the last row that has a license, from this run or one before.</summary>
    public CreditCode? LastLicensed { get; private set; }

    public ImportTimes Times => new(_reading.Elapsed, _applying.Elapsed, _approving.Elapsed, _issuing.Elapsed);

    /// <param name="register">The CSV file.</param>
    /// <param name="progress">Rows done so far.</param>
    public void Run(Stream register, IProgress<long>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(data.HandedOut);
        var chunk = new List<Row>(ChunkSize);
        var rows = 0L;
        _reading.Start();
        foreach (var row in RegisterCsv.Read(register))
        {
            cancellation.ThrowIfCancellationRequested();
            rows++;
            if (Judge(row) is { } judged)
                chunk.Add(judged);
            if (chunk.Count < ChunkSize)
                continue;
            _reading.Stop();
            License(chunk);
            chunk.Clear();
            progress?.Report(rows);
            _reading.Start();
        }

        _reading.Stop();
        License(chunk);
        progress?.Report(rows);
        Rejected.Sort((left, right) => left.Row.CompareTo(right.Row));
    }

    private sealed record Row(long Number, IssuanceContent Content);

    private Row? Judge(RegisterRow row)
    {
        if (row.Row == 0)
            throw new CommandException(row.Refusal!.Value.Code, $"This is not a register: {row.Refusal.Value.Detail}", ExitCodes.Failed);
        if (row.Draft is null)
            Reject(row.Row, row.Refusal!.Value);
        else if (Face.TryCreate(row.Draft, authority.Offices[officers.Clerk.Office].Chinese, today, out var face, out var refusal))
            return new Row(row.Row, new IssuanceContent(face));
        else
            Reject(row.Row, refusal);
        return null;
    }

    private void License(List<Row> rows)
    {
        var byMatter = new Dictionary<long, Row>(rows.Count);
        _applying.Start();
        var applied = authority.Licensing.ApplyAll(officers.Clerk, rows.ConvertAll(row => (MatterContent)row.Content));
        _applying.Stop();
        var approvals = new List<Approval>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            if (applied[i].Matter is { } matter)
            {
                byMatter[matter.Id] = rows[i];
                approvals.Add(new Approval(matter.Id, matter.ContentHash));
            }
            else
            {
                Reject(rows[i], applied[i].Refusal!.Value);
            }
        }

        _approving.Start();
        var decided = authority.Licensing.ApproveAll(officers.Approver, approvals);
        _approving.Stop();
        foreach (var decision in decided.Where(decision => decision.Refusal is not null))
            Reject(byMatter[decision.MatterId], decision.Refusal!.Value);

        _issuing.Start();
        authority.Licensing.CarryOut([.. decided.Where(decision => decision.Approved is not null).Select(decision => decision.Approved!)], Release(byMatter));
        _issuing.Stop();
    }

    private Action<CarryOutResult> Release(Dictionary<long, Row> byMatter) => result =>
    {
        var row = byMatter[result.MatterId];
        if (result.License is null)
        {
            Reject(row, result.Refusal!.Value);
            return;
        }

        LastLicensed = result.License.CreditCode;
        Licenses.Add(HandOut(result.License));
    };

    private DemoLicense HandOut(ReleasedLicense license)
    {
        var file = Path.Combine(data.HandedOut, $"{license.Number}.elic");
        File.WriteAllBytes(file, license.File.Span);
        return new DemoLicense(
            license.CreditCode.Value, license.Name, license.Number.ToString(), license.Identifier.ToString(),
            Convert.ToBase64String(license.Token.Span), QrText.For(publicAddress, license.Token.Span), file);
    }

    private void Reject(Row row, Refusal refusal)
    {
        if (refusal.Code == Codes.AlreadyLicensed)
            LastLicensed = row.Content.Face.CreditCode;
        Reject(row.Number, refusal);
    }

    private void Reject(long row, Refusal refusal) => Rejected.Add(new DemoRejection(row, refusal.Code, refusal.Detail));
}
