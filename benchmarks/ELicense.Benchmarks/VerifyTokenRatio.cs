using System.Globalization;

namespace ELicense.Benchmarks;

/// <summary>The two sides of <see cref="VerifyTokenBenchmark"/> in short turns, so that a busy machine slows both alike; prints the ratio of their median rates.</summary>
internal static class VerifyTokenRatio
{
    private const int Rounds = 60;
    private const int Calls = 200;

    public static int Run()
    {
        var benchmark = new VerifyTokenBenchmark();
        benchmark.Publish();
        var bare = new double[Rounds];
        var whole = new double[Rounds];
        for (var round = -Rounds; round < Rounds; round++) // the first half warms up
        {
            var bareTook = Microseconds(() => benchmark.BareVerifyHash());
            var wholeTook = Microseconds(() => benchmark.VerifyToken());
            if (round >= 0)
                (bare[round], whole[round]) = (bareTook, wholeTook);
        }

        benchmark.Remove();
        Array.Sort(bare);
        Array.Sort(whole);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"processor time, median of {Rounds} turns: bare VerifyHash {bare[Rounds / 2]:0.00} µs, a token never seen {whole[Rounds / 2]:0.00} µs, ratio {bare[Rounds / 2] / whole[Rounds / 2]:0.000}"));
        return 0;
    }

    private static double Microseconds(Action call)
    {
        var started = ThreadTime.Microseconds();
        for (var i = 0; i < Calls; i++)
            call();
        return (ThreadTime.Microseconds() - started) / Calls;
    }
}
