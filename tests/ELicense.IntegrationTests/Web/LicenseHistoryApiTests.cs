using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ELicense.Issuance.Matters;
using ELicense.Verification.Receipts;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary><c>?at=</c> over HTTP, its proof recomputed here by RFC 9162 2.1.3.2 from nothing but the answer.</summary>
public sealed class LicenseHistoryApiTests : IAsyncLifetime
{
    private const string Code = PublicStation.ValidCode;

    private readonly PublicStation _station = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private DateTimeOffset _begin;

    public async ValueTask InitializeAsync()
    {
        await _station.InitializeAsync();
        _begin = _station.Clock.GetUtcNow();
        _station.Clock.Ahead = TimeSpan.FromHours(2);
        _station.Change(MatterType.Suspension, Code);
        _station.Clock.Ahead = TimeSpan.FromHours(4);
        _station.Change(MatterType.Resumption, Code);
        _station.Clock.Ahead = TimeSpan.FromHours(6);
        await _station.PublishAsync();
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Theory]
    [InlineData(1, "valid", 1)]
    [InlineData(3, "suspended", 2)]
    [InlineData(5, "valid", 2)]
    public async Task Answers_what_was_with_proof_from_the_log(int hours, string verdict, int entries)
    {
        var at = Text(_begin.AddHours(hours));
        var status = await _station.Http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{Code}/status?at={at}", _cancellation);
        var license = await _station.Http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{Code}?at={at}", _cancellation);

        Assert.Equal((verdict, verdict), (status.GetProperty("verdict").GetString(), license.GetProperty("verdict").GetString()));
        Assert.Equal(at, license.GetProperty("at").GetString());
        Assert.Equal(status.GetProperty("log").ToString(), license.GetProperty("log").ToString());
        Assert.Equal(entries, status.GetProperty("log").GetProperty("entries").GetArrayLength());
        AssertProven(status.GetProperty("log"));
    }

    [Theory]
    [InlineData("2020-01-01", HttpStatusCode.NotFound, "not-found")]
    [InlineData("2999-01-01T00:00:00Z", HttpStatusCode.BadRequest, "history-ahead")]
    [InlineData("2999-01-01", HttpStatusCode.BadRequest, "history-ahead")]
    [InlineData("yesterday", HttpStatusCode.BadRequest, "date-format")]
    [InlineData("2026-02-30", HttpStatusCode.BadRequest, "date-format")]
    [InlineData("", HttpStatusCode.BadRequest, "date-format")]
    public async Task Refuses_a_time_of_which_nothing_is_known(string at, HttpStatusCode status, string code)
    {
        using var response = await _station.Http.GetAsync($"/api/v1/licenses/{Code}/status?at={at}", _cancellation);
        Assert.Equal((status, code), (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_card_alone_proves_an_answer_and_nothing_that_the_log_does_not_say()
    {
        var (at, card) = (_begin.AddHours(3), _station.Follower.View!.Trust);
        var status = await _station.Http.GetStringAsync($"/api/v1/licenses/{Code}/status?at={Text(at)}", _cancellation);
        var license = await _station.Http.GetStringAsync($"/api/v1/licenses/{Code}?at={Text(at)}", _cancellation);
        foreach (var answer in (string[])[status, license])
        {
            Assert.True(PastAnswer.IsMeant(Encoding.UTF8.GetBytes(answer)));
            Assert.True(PastAnswer.TryVerify(Encoding.UTF8.GetBytes(answer), card, _station.Clock.GetUtcNow(), out var proven, out var refusal), refusal.ToString());
            Assert.Equal((Code, "suspended", Text(at)), (proven.Logged.CreditCode.Value, proven.Logged.Verdict.ApiName(), Text(proven.Logged.At)));
        }

        (string Member, JsonNode Said, string Code)[] lies =
        [
            ("verdict", "valid", "receipt-proof"),
            ("status.value", "valid", "receipt-proof"),
            ("status.value", "good", "malformed"),
            ("status.index", 70, "receipt-proof"),
            ("uscc", PublicStation.RevokedCode, "receipt-proof"),
            ("at", Text(_begin.AddHours(1)), "receipt-proof"), // the suspension came later
            ("at", Text(_begin.AddHours(6).AddMinutes(1)), "receipt-proof"), // the checkpoint came before
            ("at", "then", "malformed"),
            ("log.entries.0.position", 99, "receipt-proof"),
            ("log.entries", new JsonArray(), "malformed"),
            ("log.checkpoint", JsonNode.Parse(status)!["log"]!["checkpoint"]!.GetValue<string>().Replace("— ", "— other", StringComparison.Ordinal), "checkpoint-signature"),
        ];
        Assert.All(lies, lie => Assert.Equal(lie.Code, Refused(With(status, lie.Member, lie.Said), card)));
    }

    private string Refused(string answer, VerifiedTrust card)
    {
        Assert.False(PastAnswer.TryVerify(Encoding.UTF8.GetBytes(answer), card, _station.Clock.GetUtcNow().AddHours(1), out _, out var refusal));
        return refusal.Code;
    }

    private static string With(string json, string member, JsonNode said)
    {
        var (answer, path) = (JsonNode.Parse(json)!, member.Split('.'));
        path[..^1].Aggregate(answer, (node, name) => int.TryParse(name, out var at) ? node[at]! : node[name]!)[path[^1]] = said;
        return answer.ToJsonString();
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void AssertProven(JsonElement log)
    {
        var checkpoint = log.GetProperty("checkpoint").GetString()!.Split('\n');
        var size = long.Parse(checkpoint[1], CultureInfo.InvariantCulture);
        foreach (var entry in log.GetProperty("entries").EnumerateArray())
        {
            var (fn, sn) = (entry.GetProperty("position").GetInt64(), size - 1);
            var r = SHA256.HashData([0, .. entry.GetProperty("entry").GetBytesFromBase64()]);
            foreach (var p in entry.GetProperty("path").EnumerateArray().Select(hash => hash.GetBytesFromBase64()))
            {
                Assert.NotEqual(0, sn);
                if (fn % 2 == 1 || fn == sn)
                {
                    r = SHA256.HashData([1, .. p, .. r]);
                    for (; fn % 2 == 0 && fn != 0; fn /= 2)
                        sn /= 2;
                }
                else
                {
                    r = SHA256.HashData([1, .. r, .. p]);
                }

                (fn, sn) = (fn / 2, sn / 2);
            }

            Assert.Equal((0L, checkpoint[2]), (sn, Convert.ToBase64String(r)));
        }
    }
}
