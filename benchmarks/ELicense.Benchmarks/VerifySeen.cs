using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.Benchmarks;

/// <summary>A token seen before, judged in process: the digest of its bytes, the place where it is remembered, its standing. Beside it the digest alone; limit: 3 µs and no bytes.</summary>
internal static class VerifySeen
{
    // So few for their places that no set of eight overflows.
    private const int Licenses = 2048;
    private const int Remembered = 16_384;
    private const int Rounds = 60;

    public static int Run()
    {
        using var publication = new BenchmarkPublication(Licenses, Remembered);
        var view = publication.Follow();
        var digest = new double[Rounds];
        var seen = new double[Rounds];
        var bytes = 0L;
        for (var round = -Rounds; round < Rounds; round++) // the first half warms up
        {
            var digestTook = Microseconds(publication.Tokens, static token => _ = Digest.Of(token), out _);
            var seenTook = Microseconds(publication.Tokens, token => Judge(view, token), out var allocated);
            if (round < 0)
                continue;
            (digest[round], seen[round]) = (digestTook, seenTook);
            bytes += allocated;
        }

        Array.Sort(digest);
        Array.Sort(seen);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"processor time, median of {Rounds} turns: SHA-256 of the token {digest[Rounds / 2]:0.00} µs, a token seen before {seen[Rounds / 2]:0.00} µs, {(double)bytes / Rounds / Licenses:0.0} bytes allocated each"));
        return 0;
    }

    private static void Judge(PublicationView view, byte[] token)
    {
        if (view.Judge(token, DateTimeOffset.UtcNow).Value != VerdictValue.Valid)
            throw new InvalidOperationException("The benchmark measures what does not verify.");
    }

    private static double Microseconds(byte[][] tokens, Action<byte[]> call, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Microseconds();
        foreach (var token in tokens)
            call(token);
        var took = ThreadTime.Microseconds() - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return took / tokens.Length;
    }
}
