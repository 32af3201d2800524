using System.Diagnostics;
using System.Globalization;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Issuance;
using ELicense.Issuance.Batches;
using ELicense.Issuance.Store;

namespace ELicense.Benchmarks;

/// <summary>
/// Bulk issue on SQLite, or on an empty PostgreSQL database, against bare C_Sign on one thread of the same SoftHSM token, in turns within one run: a register (CSV) is imported as a
/// batch, approved and carried out. A plain program, because one round is one long run over a growing database. Usage: -- bulk-issue [rows] [--postgres CONNECTION]
/// </summary>
internal static class BulkIssue
{
    private const int Rounds = 5;
    private const int FirstRows = 1000;
    private static readonly TimeSpan BareTime = TimeSpan.FromSeconds(2);
    private static readonly Officer Clerk = new("clerk", "李四", 1);
    private static readonly Officer Approver = new("approver", "王五", 1);

    public static int Run(string[] args)
    {
        var (rest, postgres) = args is [.. var first, "--postgres", var connection] ? (first, connection) : (args, null);
        var rows = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 73_000;
        var folder = Directory.CreateTempSubdirectory("elicense-bulk-issue-").FullName;
        try
        {
            Measure(folder, rows, postgres);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string folder, int rows, string? postgres)
    {
        using var softHsm = new SoftHsm(folder);
        using var license = Pkcs11SigningKey.Generate(softHsm.Token, Suite.Es256, "license");
        using var others = SoftwareSigningKey.Generate(Suite.Ed25519);
        using var register = postgres is null ? Register.OpenSqlite(Path.Combine(folder, "register.db")) : Register.OpenPostgres(postgres);
        var settings = Settings(folder);
        var authority = new LicensingAuthority(register, settings, new AuthorityKeys(license, others, others, others), TimeProvider.System);
        using var batches = new RegisterBatches(register, settings, authority, TimeProvider.System);
        using var server = postgres is null ? null : new DatabaseProcesses(postgres);

        using var bareSign = new BareSign(softHsm.Token, "license");
        bareSign.Rate(BareTime);
        Issue(folder, batches, 0, FirstRows);
        var memoryBefore = Machine.PeakMegabytes();

        var bare = new List<double>();
        var issued = new List<double>();
        var share = (rows - FirstRows) / (Rounds + 1);
        for (var round = 0; round <= Rounds; round++) // the first warms up
        {
            bare.Add(bareSign.Rate(BareTime));
            var (allocated, paused) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
            var (own, servers, machine) = (Environment.CpuUsage.TotalTime, server?.CpuTime() ?? default, Machine.BusyTime());
            var (import, carryOut) = Issue(folder, batches, FirstRows + (round * share), share);
            (own, servers) = (Environment.CpuUsage.TotalTime - own, (server?.CpuTime() ?? default) - servers);
            (allocated, paused) = (GC.GetTotalAllocatedBytes() - allocated, GC.GetTotalPauseDuration() - paused);
            var elsewhere = (Machine.BusyTime() - machine - own - servers) / ((import + carryOut) * Environment.ProcessorCount);
            issued.Add(share / (import + carryOut).TotalSeconds);
            Console.WriteLine(FormattableString.Invariant(
                $"round {round}: bare C_Sign {bare[^1]:N0}/s, issue {issued[^1]:N0}/s, ratio {issued[^1] / bare[^1]:0.00}; µs a license: import {Each(import)}, carry out {Each(carryOut)}; CPU own {Each(own)}, database server {Each(servers)}, {allocated / share:N0} bytes allocated, collections stopped it for {Each(paused)}; others took {elsewhere:P0} of the machine; peak RSS {Machine.PeakMegabytes():N0} MB, heap after the last collection {GC.GetGCMemoryInfo().HeapSizeBytes / 1048576.0:N0} MB"));
        }

        bare.RemoveAt(0);
        issued.RemoveAt(0);
        Console.WriteLine(FormattableString.Invariant($"median: bare C_Sign {SideBySide.Median(bare):N0}/s, issue {SideBySide.Median(issued):N0}/s, ratio {SideBySide.Median(issued) / SideBySide.Median(bare):0.00}"));
        Console.WriteLine(FormattableString.Invariant($"peak RSS: {memoryBefore:N0} MB after {FirstRows:N0} rows, {Machine.PeakMegabytes():N0} MB after {authority.Counts().Licenses:N0}"));

        string Each(TimeSpan time) => (time.TotalMicroseconds / share).ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <returns>Time of the import, and of approval and carrying out.</returns>
    private static (TimeSpan Import, TimeSpan CarryOut) Issue(string folder, RegisterBatches batches, int first, int count)
    {
        var register = Path.Combine(folder, "register.csv");
        File.WriteAllLines(register, SampleEnterprise.Register(first, count));
        using var csv = File.OpenRead(register);
        var watch = Stopwatch.StartNew();
        if (!batches.TryImport(Clerk, csv, progress: null, CancellationToken.None, out var batch, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var import = watch.Elapsed;
        if (!batches.TryApprove(Approver, batch.Id, batch.ContentHash!.Value, out _, out refusal))
            throw new InvalidOperationException(refusal.ToString());
        batches.CarryOut(batch.Id, progress: null, CancellationToken.None);
        var all = watch.Elapsed;
        return batches.Find(batch.Id)!.Progress.Done == count ? (import, all - import) : throw new InvalidOperationException($"Not {count} rows are done.");
    }

    private static AuthoritySettings Settings(string folder) => new()
    {
        AuthorityNumber = 4401,
        Offices = new Dictionary<int, BilingualText> { [1] = new(SampleEnterprise.Office, "Market Regulation Office of Example City") },
        IdentifierIssuer = "11440100000000000A",
        LicenseLists = new ListRange(0, 9),
        CertificateLists = new ListRange(5000, 5001),
        PublicAddress = new Uri("https://gs.example.cn"),
        Origin = "gs.example.cn/elicense",
        LicenseStatusBase = "https://gs.example.cn/publication/status/licenses",
        CertificateStatusBase = "https://gs.example.cn/publication/status/certificates",
        PublicationFolder = Path.Combine(folder, "publication"),
        HighWaterFile = Path.Combine(folder, "high-water"),
    };
}
