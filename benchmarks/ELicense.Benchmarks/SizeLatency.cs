using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Benchmarks;

/// <summary>
/// The time of a verification of a token never seen, against publications of two sizes (of generate-publication) that one process follows: in turns, so that a busy machine slows both alike.
/// Goal: median and p99 within 10 %.
/// </summary>
internal static class SizeLatency
{
    private const int Rounds = 40;

    public static async Task<int> RunAsync(string[] folders)
    {
        if (folders is not [var small, var smallState, var large, var largeState])
        {
            Console.Error.WriteLine("size-latency SMALL STATE LARGE STATE");
            return 2;
        }

        using var few = await SampledPublication.OpenAsync(small, smallState);
        using var many = await SampledPublication.OpenAsync(large, largeState);
        var (ofFew, ofMany) = (new List<double>(), new List<double>());
        for (var round = -4; round < Rounds; round++) // the first four warm up
        {
            var (first, second) = round % 2 == 0 ? (few, many) : (many, few);
            var (a, b) = (first.Times(), second.Times());
            if (round < 0)
                continue;
            ofFew.AddRange(round % 2 == 0 ? a : b);
            ofMany.AddRange(round % 2 == 0 ? b : a);
        }

        ofFew.Sort();
        ofMany.Sort();
        foreach (var percent in (int[])[50, 99])
        {
            var (f, m) = (ofFew[ofFew.Count * percent / 100], ofMany[ofMany.Count * percent / 100]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"p{percent}: {few.LogSize} entries {f:0.0} µs, {many.LogSize} entries {m:0.0} µs, ratio {m / f:0.000} ({ofFew.Count} verifications each)"));
        }

        return 0;
    }

    /// <summary>A follower with the generator's sample; it remembers so few that each token is forgotten before it comes again.</summary>
    private sealed class SampledPublication(PublicationFollower follower, byte[][] tokens) : IDisposable
    {
        public long LogSize => follower.View!.Checkpoint.Size;

        public static async Task<SampledPublication> OpenAsync(string folder, string state)
        {
            if (!Digest.TryParseHex(await File.ReadAllTextAsync(Path.Combine(folder, "anchor.txt")), out var root))
                throw new InvalidDataException("anchor.txt holds no fingerprint.");
            var follower = new PublicationFollower(
                PublicationSource.Open(Path.Combine(folder, "publication")), new FollowerSettings(TrustAnchor.Fingerprint(root), state, null) { RememberedTokens = 8 }, TimeProvider.System);
            if ((await follower.PollAsync(CancellationToken.None)).Refusal is { } refusal)
                throw new InvalidOperationException(refusal.ToString());
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "sample.txt"));
            return new SampledPublication(follower, [.. lines.Select(line => Convert.FromBase64String(line.Split(' ')[0]))]);
        }

        /// <returns>Processor time of each, in microseconds.</returns>
        public double[] Times()
        {
            var view = follower.View!;
            return Array.ConvertAll(tokens, token =>
            {
                var started = ThreadTime.Microseconds();
                if (view.Verify(new TokenArtefact(token, QrHost: null), DateTimeOffset.UtcNow).Value is VerdictValue.Invalid or VerdictValue.Unknown)
                    throw new InvalidOperationException("The benchmark measures what does not verify.");
                return ThreadTime.Microseconds() - started;
            });
        }

        public void Dispose() => follower.Dispose();
    }
}
