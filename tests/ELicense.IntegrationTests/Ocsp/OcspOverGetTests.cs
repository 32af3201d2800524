using System.Formats.Asn1;
using System.Net;
using ELicense.IntegrationTests.Certificates;
using ELicense.PublicVerification.Ocsp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>RFC 5019: questions in the path, whose answers the responder and every cache between may keep.</summary>
public sealed class OcspOverGetTests(OcspStation station) : IClassFixture<OcspStation>
{
    [Fact]
    public async Task Get_gives_the_bytes_of_post_however_the_path_is_written_also_through_nginx()
    {
        var (certificate, _) = await station.CertifyAsync();
        var request = WithNoise(station.Request("-sha256", "-cert", station.Files.Pem(certificate), "-no_nonce"));
        var base64 = Convert.ToBase64String(request);
        Assert.Contains("//", base64, StringComparison.Ordinal);
        Assert.Contains("+", base64, StringComparison.Ordinal);
        var posted = (await OcspStation.PostAsync(station.Http, request)).Body;
        using var nginx = new NginxProxy(station.Http.BaseAddress!);
        string[] written =
        [
            base64, base64.Replace("/", "%2F", StringComparison.Ordinal), base64.Replace("/", "%2f", StringComparison.Ordinal).Replace("+", "%2b", StringComparison.Ordinal),
            base64.Replace("//", "/%2F", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal), Uri.EscapeDataString(base64), "/" + base64,
        ];

        var path = Path.Combine(station.Files.Path, "got.der");
        foreach (var server in (Uri[])[station.Http.BaseAddress!, nginx.Address])
        {
            foreach (var text in written)
            {
                Programs.Run("curl", ["--silent", "--show-error", "--fail", "--path-as-is", "--output", path, $"{server.GetLeftPart(UriPartial.Authority)}/ocsp/{text}"]);
                Assert.Equal(posted, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            }
        }

        var said = OcspStation.Run(
            "openssl", "ocsp", "-respin", path, "-issuer", station.Files.Pem(station.Ca), "-sha256", "-cert", station.Files.Pem(certificate), "-no_nonce",
            "-CAfile", station.Files.Pem(station.Counter.Issuers.RootCertificate), "-verify_other", station.Files.Pem(station.Ca));
        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": good\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caches_are_told_how_long_and_ask_by_etag()
    {
        var (certificate, _) = await station.CertifyAsync();
        var target = "/ocsp/" + Uri.EscapeDataString(Convert.ToBase64String(station.Request("-cert", station.Files.Pem(certificate), "-no_nonce")));

        using var first = await station.Http.GetAsync(target, TestContext.Current.CancellationToken);
        using var second = await station.Http.GetAsync(target, TestContext.Current.CancellationToken);
        using var conditional = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
        using var unchanged = await station.Http.SendAsync(conditional, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        foreach (var response in (HttpResponseMessage[])[first, second])
        {
            // RFC 5019 6.2; the times are those in the answer, read by openssl.
            Assert.Equal("application/ocsp-response", response.Content.Headers.ContentType?.ToString());
            Assert.Equal(first.Headers.ETag, response.Headers.ETag);
            var file = station.Files.Write("cached.der", await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            var text = Programs.Run("openssl", ["ocsp", "-respin", file, "-resp_text", "-noverify"]);
            Assert.Contains($"This Update: {CertificateFolder.Time(response.Content.Headers.LastModified!.Value)}", text, StringComparison.Ordinal);
            Assert.Contains($"Next Update: {CertificateFolder.Time(response.Content.Headers.Expires!.Value)}", text, StringComparison.Ordinal);
            var cache = response.Headers.CacheControl!;
            Assert.True(cache is { Public: true, NoTransform: true, MustRevalidate: true });
            Assert.InRange(cache.MaxAge!.Value, TimeSpan.FromMinutes(30), response.Content.Headers.Expires!.Value - station.Counter.Clock.Now);
        }
    }

    [Fact]
    public async Task An_answer_is_kept_until_half_of_its_life_is_over_and_then_made_anew()
    {
        var (certificate, _) = await station.CertifyAsync();
        var request = station.Request("-cert", station.Files.Pem(certificate), "-no_nonce");
        var first = (await OcspStation.PostAsync(station.Http, request)).Body;
        try
        {
            station.Counter.Clock.Now += TimeSpan.FromMinutes(119);
            Assert.Equal(first, (await OcspStation.PostAsync(station.Http, request)).Body);
            station.Counter.Clock.Now += TimeSpan.FromMinutes(2);
            Assert.NotEqual(first, (await OcspStation.PostAsync(station.Http, request)).Body);
        }
        finally
        {
            station.Counter.Clock.Now -= TimeSpan.FromMinutes(121);
        }
    }

    [Fact]
    public async Task A_target_longer_than_any_client_makes_is_answered_and_not_kept()
    {
        var (certificate, _) = await station.CertifyAsync();
        var encoded = Convert.ToBase64String(WithNoise(station.Request("-sha256", "-cert", station.Files.Pem(certificate), "-no_nonce")));
        var spelled = string.Concat(encoded.Select(character => $"%{(int)character:X2}"));
        Assert.InRange(spelled.Length, 513, 1024);
        var settings = new OcspSettings { Follower = station.Follower, Delegates = station.Delegates };
        using var responder = new OcspResponder(settings, station.Counter.Clock, NullLogger<OcspResponder>.Instance);

        var (shorter, longer) = (await responder.AnswerGetAsync("/ocsp/" + encoded), await responder.AnswerGetAsync("/ocsp/" + spelled));

        Assert.Equal(shorter.Response, longer.Response);
        Assert.NotNull(responder.Find("/ocsp/" + encoded));
        Assert.Null(responder.Find("/ocsp/" + spelled));
    }

    /// <summary>The same question with an extension that nobody understands: its base64 has "//" and "++".</summary>
    private static byte[] WithNoise(byte[] request)
    {
        var list = new AsnReader(request, AsnEncodingRules.DER).ReadSequence().ReadSequence().ReadEncodedValue();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(list.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.6.1.4.1.32473.9.9");
                // 62 is "+": six bits 111110, once for each place that they may begin at.
                writer.WriteOctetString(Convert.FromHexString("ffffffffffffffffff" + "fbefbefbefbe" + "efbefbefbefb" + "befbefbefbef"));
            }
        }

        return writer.Encode();
    }
}
