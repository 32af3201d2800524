using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>What is sent to harm: nothing wrong is issued, the answer has its code, and the trail has it too.</summary>
public abstract class AttackTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Applications = "/api/v1/applications";

    private OfficersStation _station = null!;

    private CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Theory]
    [InlineData("name", "示例\u202E司公限有", "text-forbidden")]
    [InlineData("name", "示例\u200B有限公司", "text-forbidden")]
    [InlineData("name", "示例\u0000有限公司", "text-forbidden")]
    [InlineData("name", "示例\uD800有限公司", "malformed")]
    [InlineData("name", "=cmd|' /C calc'!A0", "formula")]
    [InlineData("legalRepresentative", "＝HYPERLINK(1)", "formula")]
    [InlineData("legalRepresentative", "@SUM(1)", "formula")]
    [InlineData("uscc", "９１４４０１０１000000013K", "credit-code-format")]
    [InlineData("establishedOn", "２０２０-05-01", "date-format")]
    [InlineData("registeredCapital", "-1万人民币", "capital-format")]
    public async Task A_hostile_text_is_refused_with_its_code(string member, string value, string code)
    {
        var application = JsonSerializer.SerializeToNode(OfficersStation.Issuance(1))!;
        application["enterprise"]![member] = value;

        // A lone surrogate has no UTF-8; its escape says it all the same.
        var body = application.ToJsonString().Replace("\\uFFFD", "\\uD800", StringComparison.Ordinal);

        await AssertRefusedAsync(Encoding.UTF8.GetBytes(body), code, code == "malformed" ? HttpStatusCode.BadRequest : HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData(4001, HttpStatusCode.UnprocessableEntity)]
    [InlineData(4000, HttpStatusCode.Created)]
    public async Task A_scope_has_four_thousand_characters_at_most(int length, HttpStatusCode expected)
    {
        var application = JsonSerializer.SerializeToNode(OfficersStation.Issuance(1))!;
        application["enterprise"]!["businessScope"] = new string('茶', length);

        var (status, answer) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, application);

        Assert.Equal(expected, status);
        if (status != HttpStatusCode.Created)
            Assert.Equal("text-too-long", OfficersStation.Code(answer));
        else
            Assert.Equal("done", (await OfficersStation.ApproveAsync(_station.As("approver"), answer)).Body.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Markup_is_text_and_is_answered_so_that_no_browser_takes_it_for_more()
    {
        const string Name = "<script>alert(1)</script>有限公司";
        var application = JsonSerializer.SerializeToNode(OfficersStation.Issuance(1))!;
        application["enterprise"]!["name"] = Name;
        using var body = new StringContent(application.ToJsonString(), Encoding.UTF8, "application/json");

        using var response = await _station.As("clerk").PostAsync(Applications, body, Cancellation);

        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.Equal(Name, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("enterprise").GetProperty("name").GetString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("7B2274797065223A22C080227D")] // over-long zero
    [InlineData("7B2274797065223A22EDA080227D")] // a surrogate in UTF-8
    [InlineData("7B2274797065223A22B9ABCBBE227D")] // GB 18030
    [InlineData("FFFE7B00")] // UTF-16
    public async Task Broken_utf8_is_refused(string hex) => await AssertRefusedAsync(Convert.FromHexString(hex), "malformed", HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_body_too_deep_too_large_or_of_another_kind_is_refused()
    {
        await AssertRefusedAsync(Encoding.UTF8.GetBytes("{\"enterprise\":" + new string('[', 2000)), "malformed", HttpStatusCode.BadRequest);
        var large = await PostAsync(Encoding.UTF8.GetBytes("{\"type\":\"" + new string('x', 200_000) + "\"}"));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), (large.Status, large.Code));
        var other = await PostAsync("type: issuance"u8.ToArray(), "application/yaml");
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported-media-type"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_replayed_application_or_approval_makes_nothing_twice()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1));
        var (_, again) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1));
        Assert.Equal(applied.GetProperty("id").GetInt64(), again.GetProperty("id").GetInt64());
        var (_, done) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);
        var (_, replayed) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);
        Assert.Equal(done.ToString(), replayed.ToString());

        await AssertRefusedAsync(JsonSerializer.SerializeToUtf8Bytes(OfficersStation.Issuance(1)), "already-licensed", HttpStatusCode.Conflict);
        Assert.Equal(1, _station.Counter.Scalar("SELECT count(*) FROM licenses"));
    }

    [Fact]
    [Trait("Fault", "24")]
    public async Task What_was_edited_between_reading_and_deciding_is_not_decided()
    {
        var (_, read) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1));
        await PostToAsync("approver", read, "return", new { contentHash = Hash(read), ground = "住所证明不全" });
        var (_, edited) = await PostToAsync("clerk", read, "edit", new { contentHash = Hash(read), application = OfficersStation.Issuance(2) });
        Assert.Equal(HttpStatusCode.OK, (await PostToAsync("clerk", read, "submission", new { contentHash = Hash(edited) })).Status);

        foreach (var decision in (string[])["approval", "return", "rejection"])
        {
            object seen = decision == "approval" ? new { contentHash = Hash(read) } : new { contentHash = Hash(read), ground = "不符" };
            var (status, problem) = await PostToAsync("approver", read, decision, seen);
            Assert.Equal((decision, HttpStatusCode.Conflict, "content-changed"), (decision, status, OfficersStation.Code(problem)));
        }

        Assert.Equal(3, _station.Trail.Read(0, 100).Count(entry => entry.Result == "content-changed"));
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.ApproveAsync(_station.As("approver"), edited)).Status);
    }

    [Fact]
    [Trait("Fault", "24")]
    public async Task What_was_approved_is_edited_no_more()
    {
        var done = await _station.IssueAsync(1);

        var (status, problem) = await PostToAsync("clerk", done, "edit", new { contentHash = Hash(done), application = OfficersStation.Issuance(2) });

        Assert.Equal((HttpStatusCode.Conflict, "state-conflict"), (status, OfficersStation.Code(problem)));
    }

    [Fact]
    [Trait("Fault", "24")]
    public async Task Another_clerk_neither_edits_nor_submits_somebodys_draft()
    {
        _station.Enrol("clerk2", 1, new RoleGrant(OfficerRole.Clerk, 1));
        dynamic issuance = OfficersStation.Issuance(1);
        var (_, draft) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, (object)new { type = "issuance", issuance.enterprise, draft = true });

        foreach (var (path, body) in new (string, object)[]
        {
            ("edit", new { contentHash = Hash(draft), application = OfficersStation.Issuance(2) }), ("submission", new { contentHash = Hash(draft) }),
        })
        {
            var (status, problem) = await PostToAsync("clerk2", draft, path, body);
            Assert.Equal((path, HttpStatusCode.Forbidden, "not-the-applicant"), (path, status, OfficersStation.Code(problem)));
        }
    }

    [Fact]
    public async Task A_decision_without_a_ground_or_on_nothing_is_refused()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1));

        foreach (var ground in (string?[])[null, "", "行\n行", "\u202E不符", "=1+1", new string('字', 1001)])
            Assert.Equal("ground-missing", OfficersStation.Code((await PostToAsync("approver", applied, "rejection", new { contentHash = Hash(applied), ground })).Body));
        Assert.Equal("malformed", OfficersStation.Code((await PostToAsync("approver", applied, "approval", new { contentHash = "yes" })).Body));
        var (missing, problem) = await OfficersStation.PostAsync(_station.As("approver"), Applications + "/4711/approval", new { contentHash = Hash(applied) });
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (missing, OfficersStation.Code(problem)));
    }

    private async Task AssertRefusedAsync(byte[] body, string code, HttpStatusCode expected)
    {
        var before = _station.Counter.Scalar("SELECT count(*) FROM matters");

        var (status, refusal) = await PostAsync(body);

        Assert.Equal((code, expected), (refusal, status));
        Assert.Equal(before, _station.Counter.Scalar("SELECT count(*) FROM matters"));
        var entry = _station.Trail.Read(0, 1000)[^1];
        Assert.Equal(("apply", "clerk", code), (entry.Act, entry.Person, entry.Result));
    }

    private async Task<(HttpStatusCode Status, string Code)> PostAsync(byte[] body, string type = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await _station.As("clerk").PostAsync(Applications, content, Cancellation);
        return (response.StatusCode, OfficersStation.Code(JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Cancellation))));
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> PostToAsync(string person, JsonElement matter, string path, object body) =>
        OfficersStation.PostAsync(_station.As(person), $"{Applications}/{matter.GetProperty("id")}/{path}", body);

    private static string? Hash(JsonElement matter) => matter.GetProperty("contentHash").GetString();
}

public sealed class AttackOnSqliteTests() : AttackTests(EmbeddedDatabases.Instance);

public sealed class AttackOnPostgresTests(PostgresCluster cluster) : AttackTests(cluster);
