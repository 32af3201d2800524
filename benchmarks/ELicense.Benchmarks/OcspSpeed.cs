using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using ELicense.Cryptography.Keys;
using ELicense.PublicVerification;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Primitives;

namespace ELicense.Benchmarks;

/// <summary>
/// GET of a kept OCSP answer against an endpoint of the same Kestrel that knows nothing but the same bytes and headers (wrk, in turns, nginx with the answer as a file beside), and new
/// answers against bare C_Sign on one thread of the same SoftHSM token. Needs wrk, nginx and openssl.
/// </summary>
internal static class OcspSpeed
{
    private const int Rounds = 9;

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
        for (var round = -1; round < Rounds; round++) // the first warms up
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
            $"new answer: bare C_Sign {Median(bareRates.ConvertAll(r => r.Rate)):N0}/s, {1e6 * Median(bareRates.ConvertAll(r => r.Processor)):0.0} us of CPU time"));
        foreach (var (i, clients) in atATime.Index())
        {
            Console.WriteLine(FormattableString.Invariant(
                $"  {clients} requests at a time: ratio {Median(ratios[i].ConvertAll(r => r.Rate)):0.00}, {1e6 * Median(ratios[i].ConvertAll(r => r.Processor)):0.0} us of CPU time"));
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
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => header.Key is not ("Date" or "Content-Length" or "Content-Type" or "Content-Security-Policy" or "X-Frame-Options" or "Referrer-Policy") && !header.Key.StartsWith("Cross-", StringComparison.Ordinal))
            .ToDictionary(header => header.Key, header => new StringValues(header.Value.ToString()));

        await using var empty = await LoadedAddress.ListenAsync(_ => { }, app => app.Run(context =>
        {
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            context.Response.ContentType = "application/ocsp-response";
            context.Response.ContentLength = body.Length;
            context.Response.BodyWriter.Write(body);
            return Task.CompletedTask;
        }));
        await File.WriteAllBytesAsync(Path.Combine(folder, "answer"), body);
        using var nginx = LoadedAddress.Files(folder, out var nginxAddress);

        var (ratios, processor, rates, nginxRates) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -2; round < Rounds; round++) // the first two warm up
        {
            // Whoever comes second finds another load: in turns.
            var (first, second) = round % 2 == 0 ? (empty, responder) : (responder, empty);
            var (a, b) = (new LoadedAddress(first.Urls.Single() + target).Load(), new LoadedAddress(second.Urls.Single() + target).Load());
            var (plain, kept) = round % 2 == 0 ? (a, b) : (b, a);
            var file = new LoadedAddress(nginxAddress + "/answer").Load();
            if (round < 0)
                continue;
            ratios.Add(kept.Rate / plain.Rate);
            processor.Add(plain.Processor / kept.Processor);
            rates.Add(kept.Rate);
            nginxRates.Add(file.Rate);
        }

        nginx.Kill(entireProcessTree: true);
        Console.WriteLine(FormattableString.Invariant(
            $"kept answer by GET: {Median(rates):N0}/s, ratio {Median(ratios):0.000} of an empty endpoint ({string.Join(' ', ratios.Select(ratio => ratio.ToString("0.000", CultureInfo.InvariantCulture)))}), {Median(processor):0.000} by this process's CPU time a request; nginx with the file {Median(nginxRates):N0}/s"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
