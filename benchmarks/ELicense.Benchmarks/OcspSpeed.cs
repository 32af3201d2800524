using System.Buffers;
using System.Diagnostics;
using ELicense.Cryptography.Keys;
using ELicense.PublicVerification;

namespace ELicense.Benchmarks;

/// <summary>
/// GET of a kept OCSP answer against an endpoint of the same Kestrel that knows nothing but the same bytes and headers (wrk, in turns, nginx with the answer as a file beside), and new
/// answers against bare C_Sign on one thread of the same SoftHSM token. Needs wrk, nginx and openssl.
/// </summary>
internal static class OcspSpeed
{
    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("elicense-ocsp-").FullName;
        try
        {
            using var softHsm = new SoftHsm(folder);
            using var key = Pkcs11SigningKey.Generate(softHsm.Token, Suite.Es256, "ocsp");
            using var installation = await OcspInstallation.MakeAsync(folder, key);
            using var bare = new BareSign(softHsm.Token, "ocsp");
            await MeasureNewAsync(installation, bare);
            await MeasureKeptAsync(installation, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureNewAsync(OcspInstallation installation, BareSign bare)
    {
        var request = installation.Request("-nonce");
        int[] atATime = [32, 4, 1];
        var bareRates = new List<(double Rate, double Processor)>();
        var ratios = atATime.Select(_ => new List<(double Rate, double Processor)>()).ToArray();
        for (var round = -1; round < SideBySide.Rounds; round++) // the first warms up
        {
            var alone = await MeasureAsync(() => Task.FromResult(bare.Count(LoadedAddress.Turn)));
            var answers = new List<(double Rate, double Processor)>();
            foreach (var clients in atATime)
                answers.Add(await MeasureAsync(() => CountAsync(clients)));
            if (round < 0)
                continue;
            bareRates.Add(alone);
            foreach (var (i, answer) in answers.Index())
                ratios[i].Add((answer.Rate / alone.Rate, answer.Processor));
        }

        Console.WriteLine(FormattableString.Invariant(
            $"new answer: bare C_Sign {SideBySide.Median(bareRates.ConvertAll(r => r.Rate)):N0}/s, {1e6 * SideBySide.Median(bareRates.ConvertAll(r => r.Processor)):0.0} us of CPU time"));
        foreach (var (i, clients) in atATime.Index())
        {
            Console.WriteLine(FormattableString.Invariant(
                $"  {clients} requests at a time: ratio {SideBySide.Median(ratios[i].ConvertAll(r => r.Rate)):0.00}, {1e6 * SideBySide.Median(ratios[i].ConvertAll(r => r.Processor)):0.0} us of CPU time"));
        }

        async Task<int> CountAsync(int clients)
        {
            var watch = Stopwatch.StartNew();
            var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
            {
                var count = 0;
                for (; watch.Elapsed < LoadedAddress.Turn; count++)
                {
                    if ((await installation.Responder.AnswerAsync(request)).Response.Length < 100)
                        throw new InvalidOperationException("An answer is an error.");
                }

                return count;
            })));
            return counts.Sum();
        }
    }

    /// <returns>How many a second, and this process's CPU time for each, in seconds: what a busy machine changes less.</returns>
    private static async Task<(double Rate, double Processor)> MeasureAsync(Func<Task<int>> count)
    {
        var (before, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var counted = await count();
        return (counted / watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds / counted);
    }

    private static async Task MeasureKeptAsync(OcspInstallation installation, string folder)
    {
        var target = "/ocsp/" + Uri.EscapeDataString(Convert.ToBase64String(installation.Request("-no_nonce")));
        await using var responder = await LoadedAddress.ListenAsync(builder => PublicVerificationRole.AddServices(builder.Services, installation.Options), PublicVerificationRole.Map);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(responder.Urls.Single() + target);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync();
        var beside = await SideBySide.MeasureAsync(responder, answer, body, folder, address => new LoadedAddress(address + target));
        Console.WriteLine(FormattableString.Invariant($"kept answer by GET: {beside}"));
    }
}
