using System.Globalization;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using ELicense.Issuance.Matters;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The shop street with a license in every standing, and the address of each state's page.</summary>
public sealed class EveryState : IAsyncLifetime
{
    // Made by the rules of GB 32100-2015 for a region that nobody has.
    private const string CancelledCode = "91990100MA0PAGE15R";
    private const string AmendedCode = "91990100MA0PAGE23L";
    private const string EndedCode = "91990100MA0PAGE31F";

    private WebApplication _presented = null!;

    public ShopStreet Street { get; } = new();

    /// <summary>Path of each state's page, by the state's name.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; private set; } = new Dictionary<string, string>();

    public string Address(string state) =>
        Paths[state].StartsWith("/presented/", StringComparison.Ordinal) || Paths[state] == "/stale" ? _presented.Urls.Single() + Paths[state] : Street.Station.Address.GetLeftPart(UriPartial.Authority) + Paths[state];

    public async ValueTask InitializeAsync()
    {
        var station = Street.Station;
        station.Clock.Ahead = TimeSpan.FromDays(-3);
        await Street.InitializeAsync();
        station.Issue(CancelledCode, "示例市旧街书店有限公司");
        station.Change(MatterType.Cancellation, CancelledCode);
        var former = station.Issue(AmendedCode, "示例市河边面馆有限公司");
        station.Amend(AmendedCode, "示例市河畔餐饮有限公司");
        var tomorrow = station.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).AddDays(1);
        station.Issue(EndedCode, "示例市夏季集市有限公司", tomorrow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        station.Clock.Ahead = TimeSpan.Zero;
        await station.PublishAsync();
        _presented = await PresentedPages.ServeAsync(station);
        var valid = Token(PublicStation.ValidCode);
        var forged = station.Licenses[PublicStation.ValidCode].Token.ToArray();
        forged[^1] ^= 1;
        Paths = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["verify"] = "/",
            ["refused"] = "/?artefact=" + Uri.EscapeDataString("HTTPS://GS.EXAMPLE.CN@EVIL.EXAMPLE/Q/" + valid),
            ["valid"] = "/Q/" + valid,
            ["license"] = "/l/" + PublicStation.ValidCode,
            ["suspended"] = "/Q/" + Token(PublicStation.SuspendedCode),
            ["revoked"] = "/Q/" + Token(PublicStation.RevokedCode),
            ["cancelled"] = "/Q/" + Token(CancelledCode),
            ["superseded"] = "/Q/" + Base32.Encode(former.Token.Span),
            ["expired"] = "/Q/" + Token(EndedCode),
            ["stale"] = "/stale",
            ["unknown"] = "/l/" + PublicStation.UnlicensedCode,
            ["not-genuine"] = "/Q/" + Base32.Encode(forged),
            ["foreign"] = "/?artefact=" + Uri.EscapeDataString("HTTPS://GS-EXAMPLE.CN/Q/" + valid),
            ["confirmation"] = "/badge/" + Street.Badge.Id,
            ["other-site"] = "/badge/" + Street.Badge.Id + "?from=https://thief.example.com",
            ["unconfirmed-site"] = "/badge/" + UnconfirmedSite(),
            ["presented"] = "/presented/now",
            ["presented-over"] = "/presented/over",
            ["presented-elsewhere"] = "/presented/elsewhere",
            ["offline"] = "/offline/zh",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _presented.DisposeAsync();
        await Street.DisposeAsync();
    }

    /// <summary>In use, and away since the day before yesterday.</summary>
    private string UnconfirmedSite()
    {
        var (badges, now) = (Street.Station.Badges, Street.Station.Clock.GetUtcNow());
        var site = badges.FindSite(badges.Register(Street.Badge.CreditCode, new Uri("https://tea.example.cn"), now).Id)!;
        badges.Record(new SiteRecord(
            site, SiteState.Proven, SiteMethod.File, now.AddDays(-40), Confirmed: now.AddDays(-2), Checked: now, Next: now.AddDays(1), Failures: 6, BadgeSeen: null, StatementCurrent: true, Codes.SiteUnreachable));
        return site.Badge.Id;
    }

    private string Token(string code) => Base32.Encode(Street.Station.Licenses[code].Token.Span);
}
