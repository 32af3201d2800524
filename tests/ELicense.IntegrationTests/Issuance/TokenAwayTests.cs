using System.Diagnostics;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>The license key's token dies in the middle of bulk issue and comes back.</summary>
[Collection(P11KitTests.Name)]
public abstract class TokenAwayTests(DatabaseServer databases, P11KitServer server)
{
    private const int Matters = 60;

    [Fact]
    public void Every_approved_matter_gets_exactly_one_license_though_the_token_died_in_between()
    {
        var label = databases.GetType().Name;
        server.NewToken(label, "license");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = module.OpenToken(label, null, PinSource.File(server.PinFile));
        using var license = Pkcs11SigningKey.Open(token, "license");
        using var counter = new Counter(license, databases: databases);
        var approved = counter.ApprovedBatch(1, Matters);

        var results = new List<CarryOutResult>();
        counter.Authority.CarryOut(approved, result =>
        {
            results.Add(result);
            if (results.Count == 16)
                server.Kill();
        });

        Assert.Equal(Matters, results.Count);
        Assert.InRange(results.Count(result => result.State == MatterState.Done), 16, Matters - 1);
        Assert.All(results.Where(result => result.State != MatterState.Done), result => Assert.True(
            result.State == MatterState.Approved && Codes.IsKeyAway(result.Refusal!.Value.Code), result.ToString()));

        server.Start();
        var watch = Stopwatch.StartNew();
        while (counter.Authority.Counts().Done < Matters && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            counter.Authority.FinishPending(_ => { });
            Thread.Sleep(200);
        }

        var counts = counter.Authority.Counts();
        Assert.Equal((Matters, Matters, Matters), (counts.Done, counts.Licenses, counts.LogSize));
        Assert.All(Enumerable.Range(1, Matters), number => Assert.NotNull(counter.Authority.FindLicense(Enterprise.Issuance(number).Face.CreditCode)));
    }
}

public sealed class TokenAwayOnSqliteTests(P11KitServer server) : TokenAwayTests(EmbeddedDatabases.Instance, server);

public sealed class TokenAwayOnPostgresTests(PostgresCluster cluster, P11KitServer server) : TokenAwayTests(cluster, server);
