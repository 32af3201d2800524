using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Cryptography.Keys;

namespace ELicense.Benchmarks;

/// <summary>
/// One license at a time through the officers' door of a real <c>elicense serve --role authority</c> (HTTPS, officers' client certificates, SQLite, SoftHSM): the clerk applies,
/// the approver approves, and the answer names the license. Beside it, C_Sign alone. Usage: -- single-issue [licenses]
/// </summary>
internal static class SingleIssue
{
    private const int WarmUp = 50;
    private const int PortBase = 18940;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500;
        var folder = Directory.CreateTempSubdirectory("elicense-single-issue-").FullName;
        using var server = Serve(Path.Combine(folder, "data"));
        try
        {
            var started = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("elicense did not start.");
            var door = new Uri(JsonSerializer.Deserialize<JsonElement>(started).GetProperty("authority").GetString()!);
            using var clerk = Officer(folder, "clerk", door);
            using var approver = Officer(folder, "approver", door);
            for (var number = 0; number < WarmUp; number++)
                await IssueAsync(clerk, approver, number);
            var issued = new List<TimeSpan>();
            for (var number = WarmUp; number < WarmUp + count; number++)
            {
                var begun = Stopwatch.GetTimestamp();
                await IssueAsync(clerk, approver, number);
                issued.Add(Stopwatch.GetElapsedTime(begun));
            }

            Console.WriteLine(FormattableString.Invariant(
                $"{count} licenses, applied for, approved and issued one by one: p50 {Percentile(issued, 50):0.00} ms, p99 {Percentile(issued, 99):0.00} ms; bare C_Sign p50 {Percentile(Bare(folder, count), 50):0.000} ms"));
            return 0;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task IssueAsync(HttpClient clerk, HttpClient approver, int number)
    {
        var applied = await PostAsync(clerk, "/api/v1/applications", new
        {
            type = "issuance",
            enterprise = new
            {
                kind = "company",
                uscc = SampleEnterprise.Code(number),
                name = $"示例{number}号商贸有限公司",
                legalRepresentative = "张三",
                registeredCapital = "100万人民币",
                establishedOn = "2020-05-01",
                address = $"示例市示例区示例路{number}号",
                businessScope = SampleEnterprise.Scope,
            },
        });
        var done = await PostAsync(
            approver, $"/api/v1/applications/{applied.GetProperty("id")}/approval", new { contentHash = applied.GetProperty("contentHash").GetString() });
        if (done.GetProperty("state").GetString() != "done")
            throw new InvalidOperationException(done.ToString());
    }

    private static async Task<JsonElement> PostAsync(HttpClient officer, string path, object body)
    {
        using var content = JsonContent.Create(body);
        using var response = await officer.PostAsync(new Uri(path, UriKind.Relative), content);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException(answer.ToString());
    }

    private static HttpClient Officer(string folder, string name, Uri door)
    {
        var development = Path.Combine(folder, "data", "dev");
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(development, name + ".pem"))];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(development, "root.pem"))) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler) { BaseAddress = door };
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

    private static Process Serve(string data)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "elicense.dll"), "serve", "--role", "authority", "--data", data, "--port-base", $"{PortBase}"])
        {
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    /// <returns>Milliseconds.</returns>
    private static double Percentile(List<TimeSpan> times, int percent) => times.Order().ElementAt((times.Count - 1) * percent / 100).TotalMilliseconds;
}
