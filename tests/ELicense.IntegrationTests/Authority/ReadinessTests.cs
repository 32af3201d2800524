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
    public async Task Red_while_a_token_is_gone_or_hangs_and_green_after_its_return(bool hangs)
    {
        var label = hangs ? "ready hangs" : "ready goes";
        server.NewToken(label, "license");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = module.OpenToken(label, null, PinSource.File(server.PinFile));
        using var license = Pkcs11SigningKey.Open(token, "license");
        await using var station = await OfficersStation.StartAsync(license: license);
        var stranger = station.Client(certificate: null);
        await UntilAsync(stranger, HttpStatusCode.OK);

        if (hangs)
            server.Pause();
        else
            server.Kill();
        var problem = await UntilAsync(stranger, HttpStatusCode.ServiceUnavailable);
        if (hangs)
            server.Continue();
        else
            server.Start();
        await UntilAsync(stranger, HttpStatusCode.OK);

        Assert.Contains(JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString(), hangs ? ["token-timeout"] : (string[])["token-missing", "token-failed"]);
        Assert.DoesNotContain(label, problem, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(HttpClient stranger, HttpStatusCode wanted)
    {
        var body = "";
        await Eventually.IsAsync(async () =>
        {
            using var answer = await stranger.GetAsync("/readyz", TestContext.Current.CancellationToken);
            body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return answer.StatusCode == wanted;
        });
        return body;
    }
}
