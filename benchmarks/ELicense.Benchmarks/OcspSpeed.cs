using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ELicense.Cryptography.Keys;
using ELicense.PublicVerification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ELicense.Benchmarks;

/// <summary>
/// GET of a kept OCSP answer against an endpoint of the same Kestrel that knows nothing but the same bytes and headers (wrk, in turns, nginx with the answer as a file beside), and new
/// answers against bare C_Sign on one thread of the same SoftHSM token. Needs wrk, nginx and openssl.
/// </summary>
internal static partial class OcspSpeed
{
    private const int Rounds = 9;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

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
            var alone = await MeasureAsync(() => Task.FromResult(bare.Count(Turn)));
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
                for (; watch.Elapsed < Turn; count++)
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
        await using var responder = Build(builder => PublicVerificationRole.AddServices(builder.Services, installation.Options));
        PublicVerificationRole.Map(responder);
        await responder.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(responder.Urls.Single() + target);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync();
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => header.Key is not ("Date" or "Content-Length" or "Content-Type" or "Content-Security-Policy" or "X-Frame-Options" or "Referrer-Policy") && !header.Key.StartsWith("Cross-", StringComparison.Ordinal))
            .ToDictionary(header => header.Key, header => new StringValues(header.Value.ToString()));

        await using var empty = Build(_ => { });
        empty.Run(context =>
        {
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            context.Response.ContentType = "application/ocsp-response";
            context.Response.ContentLength = body.Length;
            context.Response.BodyWriter.Write(body);
            return Task.CompletedTask;
        });
        await empty.StartAsync();
        using var nginx = Nginx(folder, body, out var nginxAddress);

        var (ratios, processor, rates, nginxRates) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -2; round < Rounds; round++) // the first two warm up
        {
            // Whoever comes second finds another load: in turns.
            var (first, second) = round % 2 == 0 ? (empty, responder) : (responder, empty);
            var (a, b) = (Wrk(first.Urls.Single() + target), Wrk(second.Urls.Single() + target));
            var (plain, kept) = round % 2 == 0 ? (a, b) : (b, a);
            var file = Wrk(nginxAddress + "/answer.der");
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

    private static WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        configure(builder);
        return builder.Build();
    }

    private static Process Nginx(string folder, byte[] body, out string address)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        File.WriteAllBytes(Path.Combine(folder, "answer.der"), body);
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; worker_processes auto; pid {{folder}}/nginx.pid; error_log stderr crit;
            events { worker_connections 256; }
            http { access_log off; types { application/ocsp-response der; } keepalive_requests 1000000;
              client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              server { listen 127.0.0.1:{{port}}; root {{folder}}; add_header Cache-Control "max-age=7200, public, no-transform, must-revalidate"; } }
            """));
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return Process.Start("/usr/sbin/nginx", ["-p", folder, "-c", configuration]);
    }

    /// <returns>Requests a second, and this process's CPU time for each, in seconds: what a busy machine changes less.</returns>
    private static (double Rate, double Processor) Wrk(string address)
    {
        var before = Environment.CpuUsage.TotalTime;
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c32", $"-d{Turn.TotalSeconds}s", address]) { RedirectStandardOutput = true })!;
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || RequestsASecond().Match(output) is not { Success: true } rate)
            throw new InvalidOperationException(output);
        var perSecond = double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
        return (perSecond, (Environment.CpuUsage.TotalTime - before).TotalSeconds / (perSecond * Turn.TotalSeconds));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RequestsASecond();
}
