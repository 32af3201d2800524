using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace ELicense.Benchmarks.Load;

/// <summary>
/// New tokens, seen tokens, look-ups, batches, junk and slow clients together for half an hour: memory stays flat, nothing is answered 5xx but 503, and how long each kind
/// took is printed. Usage: -- mixed-load [seconds]
/// </summary>
internal static class MixedLoad
{
    /// <summary>More than are remembered, so that who goes round meets each as new.</summary>
    private const int Licenses = 40_000;
    private const int Seen = 500;
    private const int ABatch = 1_000;
    private const int Slow = 500;
    private const int PortBase = 18_860;

    /// <summary>What the process may hold at the end beyond the first quarter: heaps breathe.</summary>
    private const long Breath = 25 << 20;

    public static async Task<int> RunAsync(string[] args)
    {
        var time = TimeSpan.FromSeconds(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_800);
        using var target = await LoadTarget.StartAsync(Licenses, PortBase);
        var all = target.Artefacts;
        var next = 0;
        HttpClient Client(int number, int? key) => LoadTarget.Client(target.Served.Public!, $"127.0.13.{number}", key);
        LoadCaller[] callers =
        [
            new("new tokens", _ => LoadCaller.Verification(all[Interlocked.Increment(ref next) % all.Length]), Client(1, 0), TimeSpan.FromMilliseconds(2)),
            new("seen tokens", call => LoadCaller.Verification(all[call % Seen]), Client(2, 1), TimeSpan.FromMilliseconds(1)),
            new("look-ups", call => new HttpRequestMessage(HttpMethod.Get, "/api/v1/licenses/" + SampleEnterprise.Code(call % Licenses)), Client(3, 2), TimeSpan.FromMilliseconds(5)),
            new("pages", call => new HttpRequestMessage(HttpMethod.Get, "/l/" + SampleEnterprise.Code(call % Licenses)), Client(4, null), TimeSpan.FromMilliseconds(20)),
            new("batches", call => Batch(all, call), Client(5, 3), TimeSpan.FromMilliseconds(500)),
            new("junk", _ => LoadCaller.Verification(new string('x', 20_000)), Client(6, null), TimeSpan.FromMilliseconds(2)),
        ];
        using var end = new CancellationTokenSource(time);
        await using var slow = new SlowConnections(target.Served.Public!.Port, Slow);
        slow.Start();
        var (begun, cpu, machine) = (Stopwatch.GetTimestamp(), target.Served.CpuTime, Machine.BusyTime());
        var calling = Task.WhenAll(callers.Select(caller => caller.CallAsync(end.Token)));
        var resident = new List<long>();
        while (!calling.IsCompleted)
        {
            await Task.WhenAny(calling, Task.Delay(time / 100));
            resident.Add(target.Served.ResidentBytes);
        }

        await calling;
        var elapsed = Stopwatch.GetElapsedTime(begun);
        foreach (var caller in callers)
            Console.WriteLine(caller);
        var (early, late) = (resident[..(resident.Count / 4)].Max(), resident[(resident.Count * 3 / 4)..].Max());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{slow.Cut} slow connections cut; resident at most {early >> 20} MiB in the first quarter, {late >> 20} MiB in the last; {(target.Served.CpuTime - cpu) / elapsed:0.00} of {Environment.ProcessorCount} cores, the machine {(Machine.BusyTime() - machine) / elapsed:0.00}; {elapsed.TotalSeconds:0} s"));
        var wrong = callers.SelectMany(caller => caller.Answers.Keys, (caller, status) => (caller.Name, Status: (int)status)).Where(a => a.Status == 0 || (a.Status >= 500 && a.Status != (int)HttpStatusCode.ServiceUnavailable)).ToList();
        Console.WriteLine(wrong.Count == 0 && late <= early + Breath ? "memory flat, no 5xx but 503" : $"FAILED: {string.Join(", ", wrong)}");
        foreach (var caller in callers)
            caller.Dispose();
        return wrong.Count == 0 && late <= early + Breath ? 0 : 1;
    }

    private static HttpRequestMessage Batch(string[] all, int call) => new(HttpMethod.Post, "/api/v1/verifications/batch")
    {
        Content = JsonContent.Create(new { artefacts = all.AsSpan(call * ABatch % all.Length, ABatch).ToArray() }),
    };
}
