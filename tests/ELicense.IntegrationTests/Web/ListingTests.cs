using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>Search by name and the bulletin, over HTTP. What they find and in which order: the unit tests of Listings.</summary>
public sealed class ListingTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_answers_code_name_verdict_and_as_of()
    {
        var answer = await station.Http.GetFromJsonAsync<JsonElement>("/api/v1/licenses?name=" + Uri.EscapeDataString("示范电子"), Cancelled);
        Assert.Equal(["licenses", "cursor"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("cursor").ValueKind);
        var found = Assert.Single(answer.GetProperty("licenses").EnumerateArray());
        Assert.Equal(["uscc", "name", "formerName", "verdict", "asOf"], found.EnumerateObject().Select(member => member.Name));
        Assert.Equal((PublicStation.RevokedCode, "深圳市示范电子有限公司", "revoked"), (Text(found, "uscc"), Text(found, "name"), Text(found, "verdict")));
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z", Text(found, "asOf"));
    }

    [Fact]
    public async Task Bulletin_answers_acts_with_their_reason()
    {
        var answer = await station.Http.GetFromJsonAsync<JsonElement>("/api/v1/bulletin?kind=revoked", Cancelled);
        Assert.Equal("revoked", Text(answer, "kind"));
        var entry = Assert.Single(answer.GetProperty("entries").EnumerateArray());
        Assert.Equal(["at", "uscc", "name", "version", "reason", "verdict"], entry.EnumerateObject().Select(member => member.Name));
        Assert.Equal((PublicStation.RevokedCode, "false-registration", "revoked"), (Text(entry, "uscc"), Text(entry, "reason"), Text(entry, "verdict")));
    }

    [Theory]
    [InlineData("/api/v1/licenses", "name-length")]
    [InlineData("/api/v1/licenses?name=a", "name-length")]
    [InlineData("/api/v1/licenses?name=%E8%8C%B6%E5%8F%B6&cursor=nothing", "malformed")]
    [InlineData("/api/v1/bulletin?kind=everything", "malformed")]
    [InlineData("/api/v1/bulletin?cursor=%00", "malformed")]
    public async Task Refuses_with_a_code(string address, string code)
    {
        using var response = await station.Http.GetAsync(address, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, Text(await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled), "code"));
    }

    [Fact]
    public async Task An_answer_is_found_again_by_its_tag()
    {
        using var first = await station.Http.GetAsync("/api/v1/bulletin", Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/bulletin");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await station.Http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/search?name=alert&lang=en", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("/search?name=%3Cb%3E%22x&lang=en", "value=\"&lt;b&gt;&quot;x\"")]
    [InlineData("/search?name=%E7%A4%BA%E8%8C%83&lang=en", PublicStation.SuspendedCode)]
    [InlineData("/bulletin?lang=en", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("/bulletin?kind=revoked&lang=en", "Registered by false materials or other fraud, grave")]
    [InlineData("/bulletin?kind=resumed&lang=en", "Nothing has been published here yet.")]
    public async Task Pages_say_what_was_found_and_never_as_markup(string address, string said)
    {
        var page = await station.Http.GetStringAsync(address, Cancelled);
        Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Replace("<b>Business License Verification</b>", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_for_too_little_is_a_page_with_the_reason()
    {
        using var response = await station.Http.GetAsync("/search?name=x&lang=zh", Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("name-length", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_switch_keeps_what_was_searched_for()
    {
        var page = await station.Http.GetStringAsync("/search?name=%E7%A4%BA%E8%8C%83", Cancelled);
        Assert.Contains("href=\"/search?name=%E7%A4%BA%E8%8C%83&amp;lang=en\"", page, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
