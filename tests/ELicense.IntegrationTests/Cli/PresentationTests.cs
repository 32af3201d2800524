using System.Net;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Web;
using ELicense.PublicVerification;
using ELicense.Verification.Filings;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>出示: presentations by a real key on a real token, judged over the publication of the authority that made it; and what such a token files.</summary>
[Collection(TokenInUse.Name)]
public sealed class PresentationTests(PersonalizedToken token)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_verify_page_tells_a_fresh_presentation_from_an_old_one_one_for_another_and_a_printed_code()
    {
        using var follower = await FollowAsync();
        var view = follower.View!;
        var site = new Uri("http://" + view.Trust.Card.QrHosts[0]);
        var picture = Path.Combine(token.Folder, "shown.png");
        await SignAsync(site.ToString(), "--qr", picture);
        // Another program reads the picture, dense as it is.
        var text = Programs.Run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture]).TrimEnd('\n');
        Assert.StartsWith(site.GetLeftPart(UriPartial.Authority).ToUpperInvariant() + "/P/", text, StringComparison.Ordinal);

        var clock = new StationClock(DateTimeOffset.UtcNow);
        await using var page = await ServeAsync(follower, site, clock);
        using var http = new HttpClient { BaseAddress = new Uri(page.Urls.Single()) };
        var path = new Uri(text).AbsolutePath;
        Assert.Contains("由持照企业现场出示", await http.GetStringAsync(path, _cancellation), StringComparison.Ordinal);
        var other = await SignAsync("https://bank.example.cn");
        Assert.Contains("这次出示不是给您的", await http.GetStringAsync("/?artefact=" + other, _cancellation), StringComparison.Ordinal);
        Assert.True(Artefact.TryRead(text, out var read, out _));
        var shown = Assert.IsType<PresentationArtefact>(read);
        var printed = await http.GetStringAsync("/q/" + Base32.Encode(shown.Presentation.LicenseToken.Span), _cancellation);
        Assert.Contains("印刷的二维码可以被拍照", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("现场出示</h2>", printed, StringComparison.Ordinal);
        clock.Ahead = TimeSpan.FromMinutes(3);
        Assert.Contains("出示已过期", await http.GetStringAsync(path, _cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_holder_passes_only_for_the_enterprise_here_and_now()
    {
        using var follower = await FollowAsync();
        var view = follower.View!;
        Assert.True(Artefact.TryRead(await SignAsync("http://" + view.Trust.Card.QrHosts[0]), out var read, out _));
        var shown = Assert.IsType<PresentationArtefact>(read);
        // By the times in it, whenever they were written.
        var (now, end) = (DateTimeOffset.FromUnixTimeSeconds(shown.Presentation.IssuedAt), DateTimeOffset.FromUnixTimeSeconds(shown.Presentation.ExpiresAt));
        var license = view.Verify(new TokenArtefact(shown.Presentation.LicenseToken, QrHost: null), now);
        var certificate = view.Verify(new CertificateArtefact(shown.Message.Certificate), now);
        Assert.True(CreditCode.TryParse("91440300708461136T", out var another, out _));
        var forged = shown.Message.Signature.ToArray();
        forged[20] ^= 1;

        Assert.Equal((VerdictValue.Valid, Codes.Ok), Outcome(view.Verify(shown, now)));
        Assert.Equal((VerdictValue.Valid, Codes.NotYetValid), Outcome(PresentationVerifier.Verify(shown, license, certificate, view.Trust.Card, now.AddSeconds(-31))));
        Assert.Equal((VerdictValue.Valid, Codes.PresentationExpired), Outcome(view.Verify(shown, end)));
        Assert.Equal((VerdictValue.Invalid, Codes.PresentationSignature), Outcome(view.Verify(shown with { Message = shown.Message with { Signature = forged } }, now)));
        Assert.Equal((VerdictValue.Invalid, Codes.PresentationCertificate), Outcome(PresentationVerifier.Verify(shown, license, certificate with { Value = VerdictValue.Suspended }, view.Trust.Card, now)));
        Assert.Equal(
            (VerdictValue.Invalid, Codes.PresentationHolder),
            Outcome(PresentationVerifier.Verify(shown, license, certificate with { Certificate = certificate.Certificate! with { CreditCode = another } }, view.Trust.Card, now)));
        // With a revoked license its certificates are revoked, and what is stale is stale for both: that is to be known, not that something were forged.
        Assert.Equal((VerdictValue.Revoked, Codes.PresentationCertificate), WithStandings(VerdictValue.Revoked, VerdictValue.Revoked));
        Assert.Equal((VerdictValue.Stale, Codes.PresentationCertificate), WithStandings(VerdictValue.Stale, VerdictValue.Stale));
        Assert.Equal((VerdictValue.Invalid, Codes.PresentationCertificate), WithStandings(VerdictValue.Revoked, VerdictValue.Invalid));
        // A license that is not authentic says nothing about who shows it.
        Assert.Equal((VerdictValue.Invalid, Codes.NotChecked), Outcome(view.Verify(shown with { QrHost = "evil.example" }, now)));

        (VerdictValue, string) WithStandings(VerdictValue ofLicense, VerdictValue ofCertificate) =>
            Outcome(PresentationVerifier.Verify(shown, license with { Value = ofLicense }, certificate with { Value = ofCertificate }, view.Trust.Card, now));
    }

    [Fact]
    public async Task What_the_token_files_passes_two_officers_of_the_running_authority_which_answers()
    {
        var (application, signed) = (Path.Combine(token.Folder, "report.json"), Path.Combine(token.Folder, "report.cose"));
        await File.WriteAllTextAsync(application, JsonSerializer.Serialize(new
        {
            type = "annual-report",
            licenseNumber = token.License,
            version = 1,
            annualReport = new { year = DateTimeOffset.UtcNow.AddHours(8).Year - 1, contact = "0591-1234567", employees = 3 },
        }), _cancellation);
        var done = await token.TokenAsync(
            "sign", [application, "--filing", token.License[..4].TrimStart('0'), "--out", signed, "--token", PersonalizedToken.Label, "--pin", $"file:{token.PinFile}"]);
        Assert.True(done.ExitCode == 0, done.Error);
        var digest = Digest.Of(await File.ReadAllBytesAsync(signed, _cancellation));
        var inbox = Path.Combine(Path.GetDirectoryName(token.Publication)!, "inbox");
        Directory.CreateDirectory(inbox);
        File.Move(signed, Path.Combine(inbox, digest.ToString()));

        JsonElement filing = default;
        await Eventually.IsAsync(() => token.Call("clerk", "/api/v1/filings").GetProperty("filings").EnumerateArray().Any(one =>
        {
            filing = one;
            return one.GetProperty("digest").GetString() == digest.ToString();
        }));
        Assert.Equal(("token-signed", token.Serial), (filing.GetProperty("evidence").GetString(), filing.GetProperty("certificate").GetProperty("serial").GetString()));
        var seen = new { contentHash = filing.GetProperty("contentHash").GetString() };
        Assert.Equal("accepted", token.Call("clerk", $"/api/v1/filings/{filing.GetProperty("id")}/acceptance", seen).GetProperty("state").GetString());
        var matter = token.Call("clerk", $"/api/v1/filings/{filing.GetProperty("id")}/submission", seen).GetProperty("id");
        using var follower = await FollowAsync();
        FilingAnswer? answer = null;
        await Eventually.IsAsync(() => File.Exists(Path.Combine(token.Publication, FilingAnswer.PathOf(digest)))
            && SignedAnswer.TryOpen(File.ReadAllBytes(Path.Combine(token.Publication, FilingAnswer.PathOf(digest))), digest, follower.View!.Trust, out answer, out _)
            && answer.State == FilingState.InReview);
        Assert.Equal("done", token.Call("approver", $"/api/v1/applications/{matter}/approval", seen).GetProperty("state").GetString());
    }

    private static (VerdictValue Value, string Holder) Outcome(Verdict verdict) => (verdict.Value, verdict[CheckName.Holder].Code);

    private async Task<string> SignAsync(string audience, params string[] more)
    {
        var signed = await token.TokenAsync("sign", ["--token", PersonalizedToken.Label, "--pin", $"file:{token.PinFile}", "--presentation", audience, "--json", .. more]);
        Assert.True(signed.ExitCode == 0, signed.Error);
        return signed.Json.GetProperty("message").GetString()!;
    }

    private async Task<PublicationFollower> FollowAsync()
    {
        Assert.True(Digest.TryParseHex(token.Fingerprint, out var root));
        var follower = new PublicationFollower(PublicationSource.Open(token.Publication), new FollowerSettings(TrustAnchor.Fingerprint(root), null, null), TimeProvider.System);
        Assert.Null((await follower.PollAsync(_cancellation)).Refusal);
        return follower;
    }

    private static async Task<WebApplication> ServeAsync(PublicationFollower follower, Uri site, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions { Publications = new(follower), RunFollowers = false, PublicAddress = site, Clock = clock });
        var app = builder.Build();
        PublicVerificationRole.Map(app);
        await app.StartAsync();
        return app;
    }
}
