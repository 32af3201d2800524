using System.Diagnostics;
using System.Globalization;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;

namespace ELicense.Benchmarks;

/// <summary>A complete CRL with 300,000 entries, built and signed.</summary>
internal static class RevocationListSpeed
{
    private const int Entries = 300_000;
    private const int Rounds = 5;

    public static int Run()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        var profiles = CertificateProfiles.Development;
        var addresses = new StatusAddresses(new Uri("http://gs.example.cn"));
        using var certificate = CertificateAuthority.SelfSign(key, SubjectNames.Authority("Benchmark", "ELicense"), now, now.AddDays(30), profiles, addresses);
        var authority = new CertificateAuthority(key, certificate, profiles, addresses);
        var entries = Enumerable.Range(0, Entries).Select(i => new RevokedCertificate(SerialNumber.Generate(), now.AddSeconds(-i), RevocationReason.PrivilegeWithdrawn)).ToArray();

        var (seconds, size) = (new double[Rounds], 0);
        for (var round = -1; round < Rounds; round++) // the first warms up
        {
            var number = round + 2;
            var took = Seconds(() => size = new RevocationList
            {
                Number = number,
                ThisUpdate = now,
                NextUpdate = now.AddDays(7),
                LogSize = Entries,
                Entries = entries,
            }.Sign(authority, previous: number - 1).Length);
            if (round >= 0)
                seconds[round] = took;
        }

        Array.Sort(seconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Entries} entries, {size / 1e6:0.0} MB: median of {Rounds} rounds {seconds[Rounds / 2]:0.00} s, slowest {seconds[^1]:0.00} s (limit 3 s)"));
        return 0;
    }

    private static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
