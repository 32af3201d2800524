using System.Globalization;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The portal as a process of its own, and an enterprise with the key on its token.</summary>
[Collection(TokenInUse.Name)]
public sealed class EarnestPortalTests(PersonalizedToken token, EarnestPortal portal) : IClassFixture<EarnestPortal>
{
    [Fact]
    public async Task The_holder_of_a_certificate_comes_in_where_no_authority_is_and_nobody_else()
    {
        var page = portal.Page("/");
        Assert.EndsWith("200", page, StringComparison.Ordinal);
        Assert.Contains("该营业执照真实有效", page, StringComparison.Ordinal);
        Assert.Contains(token.License, page, StringComparison.Ordinal);
        await Eventually.IsAsync(() => portal.Page("/certificates") is var list
            && list.Contains(token.Serial, StringComparison.Ordinal) && !list.Contains("可能没有列全", StringComparison.Ordinal));

        var stranger = portal.Page("/", asHolder: false);
        Assert.EndsWith("401", stranger, StringComparison.Ordinal);
        Assert.Contains("certificate-missing", stranger, StringComparison.Ordinal);

        Assert.False(File.Exists(Path.Combine(portal.Data, "authority", "register.db")));
        Assert.False(Directory.Exists(Path.Combine(portal.Data, "dev")));
    }

    [Fact]
    public async Task By_curl_an_enterprise_files_in_the_portals_form_and_what_its_token_signed()
    {
        var year = (DateTimeOffset.UtcNow.AddHours(8).Year - 1).ToString(CultureInfo.InvariantCulture);
        // As soon as the authority has certified the portal's key.
        await Eventually.IsAsync(() =>
        {
            try
            {
                return portal.Filing("annual-report", year) == "Submitted";
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("503 filing-closed", StringComparison.Ordinal))
            {
                return false;
            }
        });
        var (application, signed) = (Path.Combine(portal.Data, "loss.json"), Path.Combine(portal.Data, "loss.cose"));
        var issuer = token.Register().GetProperty("certificates")[0].GetProperty("issuer").GetString();
        await File.WriteAllTextAsync(
            application, JsonSerializer.Serialize(new { type = "loss-report", licenseNumber = token.License, version = 1, certificate = new { issuer, serial = token.Serial } }), TestContext.Current.CancellationToken);
        var done = await token.TokenAsync("sign", application, "--filing", "9901", "--out", signed, "--token", PersonalizedToken.Label, "--pin", $"file:{token.PinFile}");
        Assert.True(done.ExitCode == 0, done.Error);

        Assert.Equal("Submitted", portal.Filing("loss-report", token.Serial));
        Assert.Equal("Submitted", portal.Filing("signed", signed));
        Assert.Contains("filing-repeated", Assert.Throws<InvalidOperationException>(() => portal.Filing("signed", signed)).Message, StringComparison.Ordinal);
        Assert.Contains("not-logged", Assert.Throws<InvalidOperationException>(() => portal.Filing("loss-report", "0123456789abcdef")).Message, StringComparison.Ordinal);

        await Eventually.IsAsync(() =>
        {
            var taken = token.Call("clerk", "/api/v1/filings").GetProperty("filings").EnumerateArray()
                .Select(filing => $"{filing.GetProperty("type").GetString()} {filing.GetProperty("evidence").GetString()}").ToHashSet();
            return taken.IsSupersetOf(["annual-report portal-tls", "loss-report portal-tls", "loss-report token-signed"]);
        });
    }
}
