using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ELicense.Cryptography.Keys;

namespace ELicense.Benchmarks;

/// <summary>
/// One license at a time through the officers' door of a real <c>elicense serve --role authority</c> (HTTPS, officers' client certificates, SoftHSM, SQLite or an empty PostgreSQL
/// database): the clerk applies, the approver approves, and the answer names the license. Beside it, C_Sign alone. Usage: -- single-issue [licenses] [--postgres CONNECTION]
/// </summary>
internal static class SingleIssue
{
    private const int WarmUp = 50;
    private const int PortBase = 18940;

    public static async Task<int> RunAsync(string[] args)
    {
        var (rest, postgres) = args is [.. var first, "--postgres", var connection] ? (first, connection) : (args, null);
        var count = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 500;
        var folder = Directory.CreateTempSubdirectory("elicense-single-issue-").FullName;
        try
        {
            using var server = await ServedElicense.StartAsync("authority", Path.Combine(folder, "data"), PortBase, postgres is null ? [] : ["--config", Configuration(folder, postgres)]);
            using var clerk = server.Officer("clerk");
            using var approver = server.Officer("approver");
            for (var number = 0; number < WarmUp; number++)
                await SampleEnterprise.IssueAsync(clerk, approver, number);
            var issued = new List<TimeSpan>();
            for (var number = WarmUp; number < WarmUp + count; number++)
            {
                var begun = Stopwatch.GetTimestamp();
                await SampleEnterprise.IssueAsync(clerk, approver, number);
                issued.Add(Stopwatch.GetElapsedTime(begun));
            }

            Console.WriteLine($"{count} licenses, applied for, approved and issued one by one: {new Distribution(issued)}");
            Console.WriteLine(FormattableString.Invariant($"bare C_Sign p50 {new Distribution(Bare(folder, count)).Percentile(50):0.000} ms"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Configuration(string folder, string postgres)
    {
        var file = Path.Combine(folder, "config.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { database = new { postgres } }));
        return file;
    }

    private static List<TimeSpan> Bare(string folder, int count)
    {
        using var softHsm = new SoftHsm(folder);
        using var key = Pkcs11SigningKey.Generate(softHsm.Token, Suite.Es256, "license");
        using var bare = new BareSign(softHsm.Token, "license");
        bare.Rate(TimeSpan.FromSeconds(1));
        var times = new List<TimeSpan>();
        for (var number = 0; number < count; number++)
        {
            var begun = Stopwatch.GetTimestamp();
            bare.Sign();
            times.Add(Stopwatch.GetElapsedTime(begun));
        }

        return times;
    }
}
