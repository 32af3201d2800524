using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ELicense.Benchmarks.Load;

/// <summary>
/// Valid calls beside a flood and without one, in turns: junk bodies and false tokens, each a different one, from forty addresses, and 10,000 connections that send a byte a
/// second. The flood is a process of its own of the lowest priority, since a real one comes from other machines; what it takes of this machine all the same is told, and not held against the service. Goal: valid calls keep at least 0.8 of their rate.
/// Usage: -- junk-flood [turns [seconds]]
/// </summary>
internal static class JunkFlood
{
    private const int Licenses = 2_000;

    /// <summary>So many that no core waits for the next call.</summary>
    private const int Callers = 16;

    private const int Addresses = 20;
    private const int Slow = 10_000;
    private const int PortBase = 18_840;

    /// <summary>Of each of forty callers, so that the flood is some 2,000 a second: half of them junk, half false tokens.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Who is cut after twenty seconds may never all be there at a time.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(string[] args)
    {
        var turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        var turn = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5);
        using var target = await LoadTarget.StartAsync(Licenses, PortBase);
        using var flood = Process.Start(new ProcessStartInfo("nice", ["-n", "19", "dotnet", Path.Combine(AppContext.BaseDirectory, "ELicense.Benchmarks.dll"), "flood", target.Served.Public!.AbsoluteUri, target.Publication])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var (calm, flooded, left) = (new List<double>(), new List<double>(), new List<double>());
        await RateAsync(target, turn);
        for (var i = 0; i < turns; i++)
        {
            calm.Add(await RateAsync(target, turn));
            await TellAsync(flood, "on");
            var before = ProcessorTimeOf(flood);
            flooded.Add(await RateAsync(target, turn));
            left.Add(1 - ((ProcessorTimeOf(flood) - before) / turn / Environment.ProcessorCount));
            var told = await TellAsync(flood, "off");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{calm[^1]:N0}/s without, {flooded[^1]:N0}/s with; flood: {told}; {target.Served.ResidentBytes >> 20} MiB resident; its process took {1 - left[^1]:0.000} of the machine"));
        }

        flood.StandardInput.Close();
        await flood.WaitForExitAsync();
        var kept = SideBySide.Median(flooded) / SideBySide.Median(calm);
        var ratio = kept / SideBySide.Median(left);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"valid calls keep {kept:0.00} of their rate, {ratio:0.00} of what the flood's own process leaves of the machine (medians of {turns} turns of {turn.TotalSeconds} s)"));
        return ratio >= 0.8 ? 0 : 1;
    }

    private static TimeSpan ProcessorTimeOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>The other process: on and off by its standard input, until that ends. Answers each when it is done.</summary>
    public static async Task<int> FloodAsync(string[] args)
    {
        var target = new Uri(args[0]);
        var tokens = LoadTarget.TokensIn(args[1]).ToArray();
        var falsified = 0;
        while (Console.In.ReadLine() == "on")
        {
            using var end = new CancellationTokenSource();
            var callers = new List<LoadCaller>();
            for (var i = 0; i < Addresses; i++)
            {
                callers.Add(new LoadCaller("junk", _ => LoadCaller.Verification(new string('x', 20_000)), LoadTarget.Client(target, $"127.0.10.{i + 1}", key: null), Pause));
                callers.Add(new LoadCaller("false", _ => LoadCaller.Verification(Falsified(tokens, Interlocked.Increment(ref falsified))), LoadTarget.Client(target, $"127.0.11.{i + 1}", key: null), Pause));
            }

            var slow = new SlowConnections(target.Port, Slow);
            slow.Start();
            var begun = Stopwatch.GetTimestamp();
            while (slow.Open < Slow * 9 / 10 && Stopwatch.GetElapsedTime(begun) < LongestStart)
                await Task.Delay(50);
            var calling = Task.WhenAll(callers.Select(caller => caller.CallAsync(end.Token)));
            Console.WriteLine("on");
            while (Console.In.ReadLine() != "off")
            {
                // Nothing else is said.
            }

            var open = slow.Open;
            await end.CancelAsync();
            await calling;
            await slow.DisposeAsync();
            Console.WriteLine($"{open} slow connections, {slow.Cut} cut; {string.Join("; ", callers.GroupBy(caller => caller.Name).Select(Sum))}");
            callers.ForEach(caller => caller.Dispose());
        }

        return 0;
    }

    private static string Sum(IGrouping<string, LoadCaller> callers) =>
        $"{callers.Key} {string.Join(", ", callers.SelectMany(caller => caller.Answers).GroupBy(a => a.Key, a => a.Value).OrderBy(a => a.Key).Select(a => $"{(int)a.Key} × {a.Sum()}"))}";

    /// <summary>Another byte of another token's signature each time.</summary>
    private static string Falsified(byte[][] tokens, int number)
    {
        var token = (byte[])tokens[number % tokens.Length].Clone();
        token[^(1 + (number / tokens.Length % 60))] ^= (byte)(1 + (number % 255));
        return Convert.ToBase64String(token);
    }

    private static async Task<string> TellAsync(Process flood, string command)
    {
        await flood.StandardInput.WriteLineAsync(command);
        return await flood.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The flood ended.");
    }

    private static async Task<double> RateAsync(LoadTarget target, TimeSpan time)
    {
        using var end = new CancellationTokenSource(time);
        var callers = Enumerable.Range(0, Callers)
            .Select(i => new LoadCaller("valid", call => LoadCaller.Verification(target.Artefacts[((call * Callers) + i) % target.Artefacts.Length]), LoadTarget.Client(target.Served.Public!, "127.0.12.1", key: i), TimeSpan.Zero))
            .ToList();
        await Task.WhenAll(callers.Select(caller => caller.CallAsync(end.Token)));
        var other = callers.SelectMany(caller => caller.Answers).Where(answer => answer.Key != HttpStatusCode.OK).ToList();
        if (other.Count > 0)
            Console.WriteLine($"not 200: {string.Join(", ", other)}");
        var answered = callers.Sum(caller => caller.Good.Count);
        callers.ForEach(caller => caller.Dispose());
        return answered / time.TotalSeconds;
    }
}
