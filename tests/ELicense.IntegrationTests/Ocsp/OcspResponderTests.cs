using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Certificates;
using ELicense.PublicVerification.Ocsp;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>Other people's programs ask the responder and judge what it says.</summary>
public sealed class OcspResponderTests(OcspStation station) : IClassFixture<OcspStation>
{
    private static readonly byte[] Malformed = [0x30, 3, 0x0a, 1, 1]; // RFC 6960 4.2.1, ENUMERATED
    private static readonly byte[] TryLater = [0x30, 3, 0x0a, 1, 3];
    private static readonly byte[] Unauthorized = [0x30, 3, 0x0a, 1, 6];

    [Theory]
    [InlineData("-sha1", "-no_nonce")]
    [InlineData("-sha256", "-no_nonce")]
    [InlineData("-sha1", "-nonce")]
    [InlineData("-sha256", "-nonce")]
    public async Task Openssl_says_good_with_either_hash_with_and_without_nonce(string hash, string nonce)
    {
        var (certificate, _) = await station.CertifyAsync();

        var said = station.Openssl(station.Http, hash, "-cert", station.Files.Pem(certificate), nonce);

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": good\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("nonce", said, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(CertificateEvent.Revoke, 40, "(UNKNOWN)", "0A0109")] // OpenSSL has no name for privilegeWithdrawn
    [InlineData(CertificateEvent.Cancel, 60, "cessationOfOperation", "0A0105")]
    [InlineData(CertificateEvent.Hold, 80, "certificateHold", "0A0106")]
    [InlineData(CertificateEvent.Compromise, 82, "keyCompromise", "0A0101")]
    [InlineData(CertificateEvent.Replace, 83, "superseded", "0A0104")]
    public async Task A_change_is_told_with_reason_and_time_in_the_very_next_answer(CertificateEvent happened, int number, string name, string reason)
    {
        var (certificate, license) = await station.CertifyAsync();
        string[] asked = ["-sha256", "-cert", station.Files.Pem(certificate), "-no_nonce"];
        Assert.Contains(": good\n", station.Openssl(station.Http, asked), StringComparison.Ordinal);
        await station.ChangeAsync(license, happened, number);

        var said = station.Openssl(station.Http, asked);

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": revoked\n", said, StringComparison.Ordinal);
        Assert.Contains($"Reason: {name}\n", said, StringComparison.Ordinal);
        Assert.Contains($"Revocation Time: {CertificateFolder.Time(station.Counter.Clock.Now)}", said, StringComparison.Ordinal);
        Assert.Contains(reason, Convert.ToHexString((await OcspStation.PostAsync(station.Http, station.Request(asked))).Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_whose_hold_ended_is_good_again()
    {
        var (certificate, license) = await station.CertifyAsync();
        string[] asked = ["-cert", station.Files.Pem(certificate), "-no_nonce"];
        await station.ChangeAsync(license, CertificateEvent.Hold, 80);
        Assert.Contains(": revoked\n", station.Openssl(station.Http, asked), StringComparison.Ordinal);
        await station.ChangeAsync(license, CertificateEvent.Release, 81);

        Assert.Contains(": good\n", station.Openssl(station.Http, asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_serial_number_never_issued_is_never_good()
    {
        using var unlogged = station.Unlogged();
        string[] byCertificate = ["-cert", station.Files.Pem(unlogged)];
        string[][] asked = [byCertificate, ["-serial", "0x1234567890abcdef"], ["-serial", "1"], ["-serial", "0"]];
        using var revoking = await station.StartAsync(new OcspSettings { Follower = station.Follower, Delegates = station.Delegates, NeverIssuedIsRevoked = true });

        foreach (var arguments in asked)
            Assert.Contains("unauthorized (6)", station.Openssl(station.Http, arguments), StringComparison.Ordinal);
        var said = station.Openssl(revoking, byCertificate);

        // RFC 6960 2.2
        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": revoked\n", said, StringComparison.Ordinal);
        Assert.Contains("Reason: certificateHold", said, StringComparison.Ordinal);
        Assert.Contains("Revocation Time: Jan  1 00:00:00 1970 GMT", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_certificates_in_one_request_have_their_own_answers_and_one_that_is_unknown_spoils_all()
    {
        var (good, _) = await station.CertifyAsync();
        var (bad, license) = await station.CertifyAsync();
        await station.ChangeAsync(license, CertificateEvent.Revoke, 40);
        using var unlogged = station.Unlogged();
        string[] two = ["-cert", station.Files.Pem(good), "-cert", station.Files.Pem(bad)];

        var said = station.Openssl(station.Http, two);

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Equal((1, 1), (said.Split(": good\n").Length - 1, said.Split(": revoked\n").Length - 1));
        Assert.Contains("unauthorized (6)", station.Openssl(station.Http, [.. two, "-cert", station.Files.Pem(unlogged)]), StringComparison.Ordinal);
        var request = station.Request([.. two, "-no_nonce"]);
        Assert.Equal((await OcspStation.PostAsync(station.Http, request)).Body, (await OcspStation.PostAsync(station.Http, request)).Body);
    }

    [Fact]
    public async Task Ocsptool_asks_and_accepts()
    {
        var (certificate, license) = await station.CertifyAsync();
        string[] ask = [$"--ask={new Uri(station.Http.BaseAddress!, "/ocsp")}", "--load-issuer", station.Files.Pem(station.Ca), "--load-cert", station.Files.Pem(certificate), "--load-trust", station.Files.Pem(station.Ca)];

        foreach (var nonce in (string[])["--nonce", "--no-nonce"])
        {
            var good = OcspStation.Run("ocsptool", [.. ask, nonce]);
            Assert.Contains("Verifying OCSP Response: Success", good, StringComparison.Ordinal);
            Assert.Contains("Certificate Status: good", good, StringComparison.Ordinal);
        }

        await station.ChangeAsync(license, CertificateEvent.Revoke, 40);
        Assert.Contains("Certificate Status: revoked", OcspStation.Run("ocsptool", [.. ask, "--nonce"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24 * 60 + 1)] // the publication is older than the authority's max age
    [InlineData(15 * 24 * 60)] // and the delegate has ended
    public async Task Of_a_stale_publication_nothing_is_said(int minutes)
    {
        var (certificate, _) = await station.CertifyAsync();
        var request = station.Request("-cert", station.Files.Pem(certificate), "-no_nonce");
        await OcspStation.PostAsync(station.Http, request);
        try
        {
            station.Counter.Clock.Now += TimeSpan.FromMinutes(minutes);
            Assert.Equal(TryLater, (await OcspStation.PostAsync(station.Http, request)).Body);
            Assert.Equal(TryLater, await station.Http.GetByteArrayAsync("/ocsp/" + Uri.EscapeDataString(Convert.ToBase64String(request)), TestContext.Current.CancellationToken));
        }
        finally
        {
            station.Counter.Clock.Now -= TimeSpan.FromMinutes(minutes);
        }
    }

    [Fact]
    public async Task New_signatures_are_bounded_and_what_is_right_is_given_instead()
    {
        var (certificate, _) = await station.CertifyAsync();
        using var slow = await station.StartAsync(new OcspSettings { Follower = station.Follower, Delegates = station.Delegates, SignaturesPerSecond = 10 });
        var kept = (await OcspStation.PostAsync(slow, station.Request("-cert", station.Files.Pem(certificate), "-no_nonce"))).Body;
        var withNonce = station.Request("-cert", station.Files.Pem(certificate), "-nonce");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => OcspStation.PostAsync(slow, withNonce)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.InRange(answers.Count(answer => !answer.Body.AsSpan().SequenceEqual(kept)), 5, 40);
        var (other, _) = await station.CertifyAsync();
        Assert.Contains(
            TryLater, (await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => OcspStation.PostAsync(slow, station.Request("-cert", station.Files.Pem(other), "-nonce"))))).Select(answer => answer.Body));
    }

    [Fact]
    public async Task Thousands_of_mutated_requests_bring_answers_and_never_good_for_what_was_not_issued()
    {
        var (certificate, _) = await station.CertifyAsync();
        var right = station.Request("-sha256", "-cert", station.Files.Pem(certificate), "-nonce");
        var serial = certificate.GetSerialNumber().Reverse().ToArray();

        foreach (var mutated in Mutations.Of(right, 3000))
        {
            var (status, body) = await OcspStation.PostAsync(station.Http, mutated);
            Assert.True(status == HttpStatusCode.OK, Convert.ToHexString(mutated));
            Assert.True(
                body.AsSpan().SequenceEqual(Malformed) || body.AsSpan().SequenceEqual(Unauthorized) || body.AsSpan().IndexOf(serial) > 0, Convert.ToHexString(mutated));
        }

        var target = Uri.EscapeDataString(Convert.ToBase64String(right));
        foreach (var mutated in Mutations.Of(System.Text.Encoding.ASCII.GetBytes(target), 1000))
        {
            using var response = await station.Http.GetAsync(
                "/ocsp/" + string.Concat(mutated.Select(octet => octet is > 0x20 and < 0x7f and not (byte)'#' ? ((char)octet).ToString() : $"%{octet:X2}")), TestContext.Current.CancellationToken);
            Assert.InRange((int)response.StatusCode, 200, 499);
        }
    }

    [Theory]
    [InlineData("/ocsp/")]
    [InlineData("/ocsp/%")]
    [InlineData("/ocsp/%GG")]
    [InlineData("/ocsp/MA==")]
    [InlineData("/ocsp/MAMKAQA%3D?x")]
    public async Task What_is_no_request_is_malformed(string target) =>
        Assert.Equal(Malformed, await station.Http.GetByteArrayAsync(new Uri(station.Http.BaseAddress + target.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), TestContext.Current.CancellationToken));

    [Fact]
    public async Task What_is_no_http_for_ocsp_is_refused()
    {
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await OcspStation.PostAsync(station.Http, [0x30, 0], "application/json")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await OcspStation.PostAsync(station.Http, new byte[8193])).Status);
        Assert.Equal(Malformed, (await OcspStation.PostAsync(station.Http, new byte[8192])).Body);
        Assert.Equal(Malformed, (await OcspStation.PostAsync(station.Http, [])).Body);
        using var longest = await station.Http.GetAsync("/ocsp/" + new string('A', 9000), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, longest.StatusCode);
        using var put = await station.Http.PutAsync("/ocsp", new ByteArrayContent([]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
    }

    [Fact]
    public async Task The_verification_api_judges_a_certificate_by_the_same_publication()
    {
        var (certificate, license) = await station.CertifyAsync();
        Assert.Equal("valid", await VerdictAsync());
        await station.ChangeAsync(license, CertificateEvent.Replace, 83);
        Assert.Equal("superseded", await VerdictAsync());

        async Task<string?> VerdictAsync()
        {
            using var response = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact = certificate.ExportCertificatePem() }, TestContext.Current.CancellationToken);
            var verdict = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            Assert.Equal(certificate.SerialNumber, verdict.GetProperty("certificate").GetProperty("serial").GetString(), ignoreCase: true);
            return verdict.GetProperty("verdict").GetString();
        }
    }

    [Fact]
    public async Task A_person_uploads_a_certificate_and_reads_what_it_is()
    {
        var (certificate, _) = await station.CertifyAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(certificate.RawData), "file", "enterprise.cer" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = form, Headers = { { "Accept-Language", "en" } } };

        using var response = await station.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("certificate is genuine and in good standing.", page, StringComparison.Ordinal);
        Assert.Contains(certificate.SerialNumber.ToLowerInvariant(), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_tells_when_the_delegate_ends_and_the_description_names_both_calls()
    {
        var readiness = await station.Http.GetFromJsonAsync<JsonElement>("/readyz", TestContext.Current.CancellationToken);
        var api = await station.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.InRange(readiness.GetProperty("publications")[0].GetProperty("ocspUntil").GetDateTimeOffset() - station.Counter.Clock.Now, TimeSpan.FromDays(13), TimeSpan.FromDays(14));
        Assert.True(api.GetProperty("paths").GetProperty("/ocsp").TryGetProperty("post", out _));
        Assert.True(api.GetProperty("paths").GetProperty("/ocsp/{request}").TryGetProperty("get", out _));
    }

    [Fact]
    public async Task Of_several_publications_the_one_whose_card_names_the_CA_answers()
    {
        var (certificate, _) = await station.CertifyAsync();
        var request = station.Request("-sha256", "-cert", station.Files.Pem(certificate), "-no_nonce");
        using var unread = new PublicationFollower(PublicationSource.Open("/nowhere"), new FollowerSettings(TrustAnchor.AsGiven, null, null), station.Counter.Clock);
        OcspResponder Of(PublicationFollower follower) =>
            new(new OcspSettings { Follower = follower, Delegates = station.Delegates }, station.Counter.Clock, NullLogger<OcspResponder>.Instance);

        using var first = new OcspResponders([Of(station.Follower), Of(unread)]);
        using var last = new OcspResponders([Of(unread), Of(station.Follower)]);
        using var none = new OcspResponders([Of(unread), Of(unread)]);

        // RFC 6960 4.2.1: OCSPResponse, responseStatus successful (0).
        Assert.All([await first.AnswerAsync(request), await last.AnswerAsync(request)], reply => Assert.Equal([0x0A, 0x01, 0x00], reply.Response.Span[4..7].ToArray()));
        Assert.Equal(OcspReply.TryLater, await none.AnswerAsync(request));
        var target = "/ocsp/" + Uri.EscapeDataString(Convert.ToBase64String(request));
        await last.AnswerGetAsync(target);
        Assert.NotNull(last.Find(target));
    }
}
