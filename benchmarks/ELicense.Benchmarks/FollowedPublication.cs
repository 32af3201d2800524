using System.Diagnostics;
using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Benchmarks;

/// <summary>
/// A follower of a generated publication in a process of its own: how long until it answers (from its snapshot, or built from every entry when the state folder is empty),
/// what it holds in memory, what a look-up costs, and whether its verdicts are the generator's.
/// </summary>
internal static class FollowedPublication
{
    private const int LookUps = 1_000_000;
    private const int Rounds = 9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder, var state])
        {
            Console.Error.WriteLine("follow-publication FOLDER STATE");
            return 2;
        }

        if (!Digest.TryParseHex(await File.ReadAllTextAsync(Path.Combine(folder, "anchor.txt")), out var root))
            throw new InvalidDataException("anchor.txt holds no fingerprint.");
        using var follower = new PublicationFollower(
            PublicationSource.Open(Path.Combine(folder, "publication")), new FollowerSettings(TrustAnchor.Fingerprint(root), state, null), TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var result = await follower.PollAsync(CancellationToken.None);
        if (result.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.ToString());
        var view = follower.View!;
        var sinceStart = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.LogSize} entries, {result.NewEntries} of them new: first view after {watch.Elapsed.TotalSeconds:0.00} s, {sinceStart.TotalSeconds:0.00} s after the process began; {Memory()}"));
        TellLookUps(view);
        return TellVerdicts(view, await File.ReadAllLinesAsync(Path.Combine(folder, "sample.txt")));
    }

    private static void TellLookUps(PublicationView view)
    {
        var bytes = 0L;
        view.Standings.Save(part => bytes += part.Length);
        var random = new Random(1);
        var places = Enumerable.Range(0, LookUps).Select(_ => (random.Next(13), random.Next(1 << 20))).ToArray();
        var sum = 0;
        var took = new double[Rounds];
        // By time: after so many calls the runtime counts branches for a while before it compiles for good, and a look-up takes four times as long.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp;)
            Round();
        for (var round = 0; round < Rounds; round++)
            took[round] = Round();

        Array.Sort(took);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"index {bytes / 1e6:0.00} MB; a look-up {took[Rounds / 2] * 1000 / LookUps:0.0} ns processor time, at random places ({sum})"));

        double Round()
        {
            var started = ThreadTime.Microseconds();
            foreach (var (list, index) in places)
                sum += (int)view.Standings[list, index];
            return ThreadTime.Microseconds() - started;
        }
    }

    private static int TellVerdicts(PublicationView view, string[] sample)
    {
        var wrong = 0;
        var started = ThreadTime.Microseconds();
        foreach (var line in sample)
        {
            var parts = line.Split(' ');
            wrong += view.Verify(new TokenArtefact(Convert.FromBase64String(parts[0]), QrHost: null), DateTimeOffset.UtcNow).Value.ApiName() == parts[1] ? 0 : 1;
        }

        var took = ThreadTime.Microseconds() - started;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{sample.Length} verdicts of random licenses, {wrong} differ from the generator's; {took / sample.Length:0.0} µs processor time each; {Memory()}"));
        return wrong == 0 ? 0 : 1;
    }

    private static string Memory() => string.Join(", ", File.ReadLines("/proc/self/status").Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal) || line.StartsWith("VmHWM", StringComparison.Ordinal)
        || line.StartsWith("RssAnon", StringComparison.Ordinal)).Select(line => line.Replace("\t", " ", StringComparison.Ordinal)));
}
