using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ELicense.Benchmarks;

/// <summary>
/// From a change's approval to the first changed verdict: an authority (SQLite, SoftHSM) that serves its publication, a verifier in another process that follows it over HTTP,
/// and licenses that are suspended and resumed one by one at the officers' door, while the verifier is asked for the verdict again and again. Usage: -- change-latency [changes]
/// </summary>
internal static class ChangeLatency
{
    private const int WarmUp = 50;
    private const int Licenses = 20;
    private const int PortBase = 18740;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        var folder = Directory.CreateTempSubdirectory("elicense-change-latency-").FullName;
        try
        {
            using var authority = await ServedElicense.StartAsync("all", Path.Combine(folder, "authority"), PortBase);
            using var verifier = await ServedElicense.StartAsync(
                "public", Path.Combine(folder, "verifier"), PortBase, "--publication", new Uri(authority.Public!, "/publication/").AbsoluteUri, "--trust", authority.RootFingerprint);
            using var clerk = authority.Officer("clerk");
            using var approver = authority.Officer("approver");
            using var asking = Asking(verifier.Public!);
            var numbers = new string[Licenses];
            for (var i = 0; i < Licenses; i++)
                numbers[i] = await SampleEnterprise.IssueAsync(clerk, approver, i);

            var (sinceSent, sinceAnswered) = (new List<TimeSpan>(), new List<TimeSpan>());
            TimeSpan Used() => Environment.CpuUsage.TotalTime + authority.CpuTime + verifier.CpuTime;
            var (begun, used, machine) = (Stopwatch.GetTimestamp(), Used(), Machine.BusyTime());
            for (var change = 0; change < WarmUp + count; change++)
            {
                var isSuspension = change / Licenses % 2 == 0;
                var applied = await ServedElicense.PostAsync(clerk, "/api/v1/applications", new
                {
                    type = isSuspension ? "suspension" : "resumption",
                    licenseNumber = numbers[change % Licenses],
                    version = 1,
                    reason = isSuspension ? "judicial-order" : "judicial-order-lifted",
                });
                var sent = Stopwatch.GetTimestamp();
                await ServedElicense.ApproveAsync(approver, applied);
                var answered = Stopwatch.GetTimestamp();
                await UntilAsync(asking, SampleEnterprise.Code(change % Licenses), isSuspension ? "suspended" : "valid");
                var seen = Stopwatch.GetTimestamp();
                if (change < WarmUp)
                    continue;
                sinceSent.Add(Stopwatch.GetElapsedTime(sent, seen));
                sinceAnswered.Add(Stopwatch.GetElapsedTime(answered, seen));
            }

            var others = (Machine.BusyTime() - machine - (Used() - used)) / (Stopwatch.GetElapsedTime(begun) * Environment.ProcessorCount);
            Console.WriteLine($"{count} changes, from the approval's answer to the first changed verdict over HTTP: {new Distribution(sinceAnswered)}");
            Console.WriteLine($"{count} changes, from sending the approval:                                       {new Distribution(sinceSent)}");
            Console.WriteLine(FormattableString.Invariant($"others took {others:P0} of the machine meanwhile"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UntilAsync(HttpClient asking, string code, string verdict)
    {
        var begun = Stopwatch.GetTimestamp();
        while ((await asking.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/licenses/{code}/status", UriKind.Relative))).GetProperty("verdict").GetString() != verdict)
        {
            if (Stopwatch.GetElapsedTime(begun) > Longest)
                throw new TimeoutException($"{code} is not {verdict} after {Longest.TotalSeconds} s.");
            await Task.Delay(AskEvery);
        }
    }

    /// <summary>A client whose connections end after some questions and come from another loopback address each: one address alone may not ask that often.</summary>
    private static HttpClient Asking(Uri verifier)
    {
        var made = 0;
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromSeconds(1),
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (Interlocked.Increment(ref made) % 200))]), port: 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = verifier };
    }
}
