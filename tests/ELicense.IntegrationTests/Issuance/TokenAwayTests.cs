using System.Diagnostics;
using System.Globalization;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>The license key's token dies in the middle of bulk issue and comes back. ELICENSE_TOKEN_DEATHS: how many times (1).</summary>
[Collection(P11KitTests.Name)]
public abstract class TokenAwayTests(DatabaseServer databases, P11KitServer server)
{
    private const int MattersADeath = 60;
    private const int DiesAfter = 16;
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public void Every_approved_matter_gets_exactly_one_license_though_the_token_died_in_between()
    {
        var deaths = int.Parse(Environment.GetEnvironmentVariable("ELICENSE_TOKEN_DEATHS") ?? "1", CultureInfo.InvariantCulture);
        var matters = deaths * MattersADeath;
        var label = databases.GetType().Name;
        server.NewToken(label, "license");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = module.OpenToken(label, null, PinSource.File(server.PinFile));
        using var license = Pkcs11SigningKey.Open(token, "license");
        using var counter = new Counter(license, databases: databases);
        var approved = counter.ApprovedBatch(1, matters);

        var recoveries = new List<TimeSpan>();
        var away = 0;
        var sinceStart = 0;
        var died = 0;
        var up = true;
        var watch = new Stopwatch();
        counter.Authority.CarryOut(approved, Released);
        while (counter.Authority.Counts().Done < matters)
        {
            if (!up)
            {
                server.Start();
                (up, sinceStart) = (true, 0);
                watch.Restart();
            }

            counter.Authority.FinishPending(Released);
            Assert.True(sinceStart > 0 || watch.Elapsed < RecoveryLimit, $"not back after {watch.Elapsed}");
            Thread.Sleep(200);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{matters} matters, {died} deaths, {away} waits told, back within {recoveries.Max()}");
        Assert.Equal(deaths, died);
        Assert.True(away > 0);
        var counts = counter.Authority.Counts();
        Assert.Equal((matters, matters, matters), (counts.Done, counts.Licenses, counts.LogSize));
        Assert.All(Enumerable.Range(1, matters), number => Assert.NotNull(counter.Authority.FindLicense(Enterprise.Issuance(number).Face.CreditCode)));

        void Released(CarryOutResult result)
        {
            if (result.State != MatterState.Done)
            {
                Assert.True(result.State == MatterState.Approved && Codes.IsKeyAway(result.Refusal!.Value.Code), result.ToString());
                away++;
                return;
            }

            if (sinceStart++ == 0 && died > 0)
                recoveries.Add(watch.Elapsed);
            if (sinceStart == DiesAfter && died < deaths)
            {
                server.Kill();
                (up, died) = (false, died + 1);
            }
        }
    }
}

public sealed class TokenAwayOnSqliteTests(P11KitServer server) : TokenAwayTests(EmbeddedDatabases.Instance, server);

public sealed class TokenAwayOnPostgresTests(PostgresCluster cluster, P11KitServer server) : TokenAwayTests(cluster, server);
