using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ELicense.Core.Tokens;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class VerificationApiTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PublicStation.ValidCode, "valid")]
    [InlineData(PublicStation.RevokedCode, "revoked")]
    [InlineData(PublicStation.SuspendedCode, "suspended")]
    public async Task Gives_the_verdict_on_a_QR_text(string code, string verdict)
    {
        var text = QrText.For(new Uri("https://" + PublicStation.PublicHost), station.Licenses[code].Token.Span);
        var answer = await VerifyAsync(text);
        Assert.Equal(verdict, answer.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Gives_the_verdict_on_a_file_in_base64()
    {
        var answer = await VerifyAsync(Convert.ToBase64String(station.Licenses[PublicStation.ValidCode].File.Span));
        Assert.Equal("福州市闽江源茶叶贸易有限公司", answer.GetProperty("license").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Answers_a_readable_but_false_token_with_the_verdict_invalid()
    {
        var token = station.Licenses[PublicStation.ValidCode].Token.ToArray();
        token[^1] ^= 1;
        var answer = await VerifyAsync(Convert.ToBase64String(token));
        Assert.Equal("invalid", answer.GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("not a license", "not-an-artefact")]
    [InlineData("91350100M000100Y44", "credit-code-check")]
    [InlineData("https://gs.example.cn/elsewhere", "qr-format")]
    [InlineData("", "not-an-artefact")]
    public async Task Refuses_what_cannot_be_read_with_its_code(string artefact, string code)
    {
        using var response = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact }, Cancelled);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("{\"artefact\":1}")]
    [InlineData("{\"artefact\":\"x\",\"artefact\":\"y\"}")]
    [InlineData("{\"artefact\":\"x\",\"more\":true}")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task Refuses_a_malformed_body(string body)
    {
        using var response = await station.Http.PostAsync("/api/v1/verifications", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task Refuses_bytes_that_are_not_UTF_8()
    {
        using var content = new ByteArrayContent([.. "{\"artefact\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await station.Http.PostAsync("/api/v1/verifications", content, Cancelled);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task Refuses_another_media_type()
    {
        using var response = await station.Http.PostAsync("/api/v1/verifications", new StringContent("x"), Cancelled);
        await AssertProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task Refuses_a_body_above_128_KiB()
    {
        using var response = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact = new string('A', 200_000) }, Cancelled);
        await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Gives_the_newest_face_by_code()
    {
        var answer = await station.Http.GetFromJsonAsync<JsonElement>("/api/v1/licenses/" + PublicStation.ValidCode, Cancelled);
        Assert.Equal("530万元人民币", answer.GetProperty("license").GetProperty("registeredCapital").GetString());
    }

    [Fact]
    public async Task Gives_the_status_by_code()
    {
        var answer = await station.Http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{PublicStation.RevokedCode}/status", Cancelled);
        Assert.Equal("revoked", answer.GetProperty("status").GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    public async Task Answers_not_modified_to_its_own_strong_tag(string rest)
    {
        var path = $"/api/v1/licenses/{PublicStation.ValidCode}{rest}";
        using var first = await station.Http.GetAsync(path, Cancelled);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await station.Http.SendAsync(again, Cancelled);
        Assert.Equal((false, HttpStatusCode.NotModified), (first.Headers.ETag!.IsWeak, second.StatusCode));
    }

    [Theory]
    [InlineData(PublicStation.UnlicensedCode, HttpStatusCode.NotFound, "not-found")]
    [InlineData("91350100M000100Y44", HttpStatusCode.BadRequest, "credit-code-check")]
    [InlineData("%C3%28", HttpStatusCode.BadRequest, "credit-code-format")]
    public async Task Refuses_a_code_that_leads_nowhere(string code, HttpStatusCode status, string problem)
    {
        using var response = await station.Http.GetAsync("/api/v1/licenses/" + code, Cancelled);
        await AssertProblemAsync(response, status, problem);
    }

    [Theory]
    [InlineData("GET", "/api/v1/verifications", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound, "not-found")]
    [InlineData("DELETE", "/", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task Answers_wrong_addresses_with_problem_details(string method, string path, HttpStatusCode status, string problem)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await station.Http.SendAsync(request, Cancelled);
        await AssertProblemAsync(response, status, problem);
    }

    [Fact]
    public async Task Names_license_status_log_and_clock_keys_as_JWKs()
    {
        var keys = await station.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json", Cancelled);
        var names = keys.GetProperty("keys").EnumerateArray().Select(k => (k.GetProperty("kid").GetString(), k.GetProperty("alg").GetString(), k.GetProperty("kty").GetString()));
        Assert.Equal(
            [(station.Keys.License.PublicKey.Kid.ToString(), "ES256", "EC"), (station.Keys.Status.PublicKey.Kid.ToString(), "ES256", "EC"),
                (station.Keys.Log.PublicKey.Kid.ToString(), "EdDSA", "OKP"), (station.Keys.Clock.PublicKey.Kid.ToString(), "EdDSA", "OKP")],
            names);
    }

    [Fact]
    public async Task Describes_itself_in_OpenAPI()
    {
        var api = await station.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancelled);
        var paths = api.GetProperty("paths").EnumerateObject().Select(p => p.Name);
        Assert.Superset(new HashSet<string> { "/api/v1/verifications", "/api/v1/licenses/{uscc}", "/api/v1/licenses/{uscc}/status" }, new HashSet<string>(paths));
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(
            ("application/problem+json", status, (int)status, code),
            (response.Content.Headers.ContentType?.MediaType!, response.StatusCode, problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()!));
    }

    private async Task<JsonElement> VerifyAsync(string artefact)
    {
        using var response = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }
}
