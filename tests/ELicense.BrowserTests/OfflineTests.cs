using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Web;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>A reader who was here before, and whose network is then cut.</summary>
public sealed class OfflineTests(ShopStreet street) : IClassFixture<ShopStreet>
{
    private string Site => street.Station.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task Without_a_network_what_was_kept_verifies_and_says_as_of_when()
    {
        var page = await street.ReaderAsync(scripts: true, width: 390, height: 844);
        await OpenAsync(page, "/Q/" + Token(PublicStation.ValidCode));
        await OpenAsync(page, "/l/" + PublicStation.RevokedCode);

        var english = await street.ReaderAsync("en", scripts: true);
        await OpenAsync(english, "/l/" + PublicStation.ValidCode);

        await street.Station.CutAsync();
        await page.Context.SetOfflineAsync(true);
        await Assert.ThrowsAsync<PlaywrightException>(() => page.EvaluateAsync("fetch('/healthz')"));

        // Opened before: valid, with the time of the list that says so.
        await SaysAsync(page, "/Q/" + Token(PublicStation.ValidCode), "有效");
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("没有网络");
        // A screen reader hears it, for it comes after the page.
        await Assertions.Expect(page.Locator("#result [role=status]")).ToContainTextAsync("该营业执照真实有效");
        await Assertions.Expect(page.Locator(".face .name dd")).ToHaveTextAsync("福州市闽江源茶叶贸易有限公司");
        var asOf = DateTimeOffset.Parse(await page.Locator(".as-of time").GetAttributeAsync("datetime") ?? "", System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange((DateTimeOffset.UtcNow - asOf).TotalMinutes, 0, 5);
        await Assertions.Expect(page.Locator(".checks .result")).ToHaveTextAsync(["通过", "通过", "通过", "通过", "通过", "未核验", "通过"]);
        await Barriers.AssertNoneAsync(page);
        await SaysAsync(page, "/l/" + PublicStation.ValidCode, "有效");
        // In the language that was read last, or is asked for.
        await SaysAsync(english, "/l/" + PublicStation.ValidCode, "Valid");
        await SaysAsync(page, "/?lang=en&artefact=" + PublicStation.ValidCode, "Valid");

        // The kept list says of every license in it what it is, also of those that were never opened.
        await SaysAsync(page, "/q/" + Token(PublicStation.RevokedCode), "已吊销");
        await SaysAsync(page, "/q/" + Token(PublicStation.SuspendedCode), "已冻结");
        // Valid in the list, but nobody told this browser that the log names it: a stolen key could have signed it.
        await SaysAsync(page, "/q/" + Token(PublicStation.HostileCode), "暂时无法确认");

        // The form works: a file by its plain POST, a code that is wrong, a code of nobody.
        await page.GotoAsync(Site);
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "license.elic", MimeType = "application/octet-stream", Buffer = street.Station.Licenses[PublicStation.ValidCode].File.ToArray() });
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator("#result h1")).ToHaveTextAsync("有效");
        await SaysAsync(page, "/l/91350100M000100Y44", "没有网络");
        await Assertions.Expect(page.Locator("#result code")).ToHaveTextAsync("credit-code-check");
        await SaysAsync(page, "/l/" + PublicStation.UnlicensedCode, "没有网络");

        // What is not genuine is not, with or without a network.
        var forged = street.Station.Licenses[PublicStation.ValidCode].Token.ToArray();
        forged[^1] ^= 1;
        await SaysAsync(page, "/q/" + Base32.Encode(forged), "不是真实的营业执照");
        await Assertions.Expect(page.Locator("#result")).Not.ToContainTextAsync("闽江源");
        await SaysAsync(page, "/?artefact=" + Uri.EscapeDataString("HTTPS://GS-EXAMPLE.CN/Q/" + Token(PublicStation.ValidCode)), "不是真实的营业执照");
        await Assertions.Expect(page.Locator("#result")).ToContainTextAsync("gs-example.cn");

        // A key that the authority does not name makes no license of it; of another authority nothing is known here.
        await SaysAsync(page, "/q/" + SignedByAStranger(license => license), "不是真实的营业执照");
        await SaysAsync(page, "/q/" + SignedByAStranger(license => license with { Number = new LicenseNumber(3502, 1) }), "暂时无法确认");
        await Assertions.Expect(page.Locator("#result")).ToContainTextAsync("由另一家登记机关签发");

        // Older than the authority's max age, the list says valid no more, and revoked still.
        await page.Clock.SetFixedTimeAsync(DateTime.UtcNow.AddDays(2));
        await SaysAsync(page, "/q/" + Token(PublicStation.ValidCode), "暂时无法确认");
        await SaysAsync(page, "/q/" + Token(PublicStation.RevokedCode), "已吊销");

        // A list that somebody altered in the browser is not used: its signature is verified each time.
        await page.EvaluateAsync("""
            () => new Promise((resolve, reject) => {
              const request = indexedDB.open('elicense');
              request.onsuccess = () => {
                const change = request.result.transaction('lists', 'readwrite');
                const lists = change.objectStore('lists');
                lists.getAll().onsuccess = all => { for (const list of all.target.result) lists.put({ ...list, jwt: list.jwt.slice(0, -4) + 'AAAA' }); };
                change.oncomplete = resolve;
                change.onabort = reject;
              };
            })
            """);
        await SaysAsync(page, "/q/" + Token(PublicStation.RevokedCode), "没有网络");
        await Assertions.Expect(page.Locator("#result code")).ToHaveTextAsync("status-signature");
    }

    private async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(Site + path);
        await Assertions.Expect(page.Locator("#kept")).ToBeVisibleAsync();
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => null)");
    }

    private async Task SaysAsync(IPage page, string path, string title)
    {
        await page.GotoAsync(Site + path);
        await Assertions.Expect(page.Locator("#result h1")).ToHaveTextAsync(title);
    }

    private string SignedByAStranger(Func<LicenseToken, LicenseToken> change)
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        if (!CoseSign1.TryDecode(street.Station.Licenses[PublicStation.ValidCode].Token, LicenseToken.MaxBytes, out var message, out var refusal)
            || !LicenseToken.TryDecodeClaims(message.Payload, out var license, out refusal))
            throw new InvalidOperationException(refusal.ToString());
        return Base32.Encode(CoseSigning.Sign(key, LicenseToken.Type, change(license).EncodeClaims()));
    }

    private string Token(string code) => Base32.Encode(street.Station.Licenses[code].Token.Span);
}
