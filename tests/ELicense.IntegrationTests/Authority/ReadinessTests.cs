using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>/readyz of the door while the license key's token goes and comes.</summary>
[Collection(P11KitTests.Name)]
public sealed class ReadinessTests(P11KitServer server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Red_within_10_s_of_a_token_that_goes_or_hangs_and_green_within_30_s_of_its_return(bool hangs)
    {
        var label = hangs ? "ready hangs" : "ready goes";
        server.NewToken(label, "license");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = module.OpenToken(label, null, PinSource.File(server.PinFile));
        using var license = Pkcs11SigningKey.Open(token, "license");
        await using var station = await OfficersStation.StartAsync(license: license);
        var stranger = station.Client(certificate: null);
        await UntilAsync(stranger, HttpStatusCode.OK, TimeSpan.FromSeconds(10));

        if (hangs)
            server.Pause();
        else
            server.Kill();
        var problem = await UntilAsync(stranger, HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10));
        if (hangs)
            server.Continue();
        else
            server.Start();
        await UntilAsync(stranger, HttpStatusCode.OK, TimeSpan.FromSeconds(30));

        Assert.Contains(JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString(), hangs ? ["token-timeout"] : (string[])["token-missing", "token-failed"]);
        Assert.DoesNotContain(label, problem, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(HttpClient stranger, HttpStatusCode wanted, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            using var answer = await stranger.GetAsync("/readyz", TestContext.Current.CancellationToken);
            if (answer.StatusCode == wanted)
                return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(watch.Elapsed < limit, $"{answer.StatusCode} after {watch.Elapsed}");
        }
    }
}
