using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Web;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Pages;
using ELicense.Verification.Verdicts;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ELicense.BrowserTests;

/// <summary>
/// How a presentation looks: /presented/now, /presented/over and /presented/elsewhere; and /stale, two days after the newest publication. The station has no CA for enterprises, so the certificate's verdict is given here; real
/// certificates on real tokens are judged in PresentationTests.
/// </summary>
internal static class PresentedPages
{
    public static async Task<WebApplication> ServeAsync(PublicStation station)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        PublicVerificationRole.AddServices(
            builder.Services, new PublicVerificationOptions { Publications = new(station.Follower), RunFollowers = false, PublicAddress = new Uri("https://" + PublicStation.PublicHost) });
        var app = builder.Build();
        PublicVerificationRole.Map(app);
        app.MapGet("/presented/{state}", (string state, HttpContext context) =>
        {
            var now = DateTimeOffset.UtcNow;
            var verdict = Present(station, state == "elsewhere" ? "https://bank.example.cn" : "https://" + PublicStation.PublicHost, now.AddSeconds(state == "over" ? -300 : -20), now);
            return new PageResult<VerdictPage, VerdictPage.Result>(
                PageContext.Of(context, now, station.Follower.View!.Trust.Card.AuthorityName), new(verdict, Token: null, QrHost: null, PublicStation.PublicHost, Publication: null));
        });
        app.MapGet("/stale", (HttpContext context) =>
        {
            var (view, later) = (station.Follower.View!, DateTimeOffset.UtcNow.AddDays(2));
            var verdict = view.WithPublishedFace(view.Verify(new TokenArtefact(station.Licenses[PublicStation.ValidCode].Token, QrHost: null), later));
            return new PageResult<VerdictPage, VerdictPage.Result>(
                PageContext.Of(context, later, view.Trust.Card.AuthorityName), new(verdict, Token: null, QrHost: null, PublicStation.PublicHost, Publication: null));
        });
        await app.StartAsync();
        return app;
    }

    private static Verdict Present(PublicStation station, string audience, DateTimeOffset at, DateTimeOffset now)
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        using var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        using var certificate = new CertificateRequest("CN=holder", pair, HashAlgorithmName.SHA256).CreateSelfSigned(at.AddDays(-1), at.AddDays(1));
        var license = station.Licenses[PublicStation.ValidCode];
        var view = station.Follower.View!;
        var shown = new Presentation(audience, at.ToUnixTimeSeconds(), at.ToUnixTimeSeconds() + 120, RandomNumberGenerator.GetBytes(16), license.Token);
        var message = CoseSigning.Sign(key, certificate.RawDataMemory.Span, Presentation.Type, shown.EncodeClaims());
        if (!Artefact.TryRead(message.AsMemory(), out var read, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var judged = view.WithPublishedFace(view.Verify(new TokenArtefact(license.Token, QrHost: null), now));
        _ = SerialNumber.TryFromInteger(certificate.SerialNumberBytes.Span, out var serial);
        var good = new Verdict(VerdictValue.Valid, [], Token: null, Face: null, Identifier: null, OfficeName: null, Status: null)
        {
            Certificate = new CertificateFacts(Issuer: null, serial, judged.Token!.CreditCode, "holder", at.AddDays(-1), at.AddDays(1)),
        };
        return PresentationVerifier.Verify((PresentationArtefact)read, judged, good, view.Trust.Card, now);
    }
}
