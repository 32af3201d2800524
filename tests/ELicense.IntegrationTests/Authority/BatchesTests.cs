using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>A register over HTTPS: imported by a clerk, approved by another officer.</summary>
public abstract class BatchesTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Header = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址\n";

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task A_register_is_imported_approved_with_202_and_its_results_are_downloaded()
    {
        var (imported, batch) = await ImportAsync("clerk", Row(1) + Row(2) + Row(1));
        Assert.Equal(HttpStatusCode.OK, imported);
        Assert.Equal(2, batch.GetProperty("accepted").GetInt64());
        Assert.Equal((3, "duplicate-code"), (batch.GetProperty("rejected")[0].GetProperty("row").GetInt32(), batch.GetProperty("rejected")[0].GetProperty("code").GetString()));

        var path = $"/api/v1/batches/{batch.GetProperty("id").GetInt64()}";
        var (approved, _) = await OfficersStation.PostAsync(_station.As("approver"), path + "/approval", new { contentHash = batch.GetProperty("contentHash").GetString() });
        Assert.Equal(HttpStatusCode.Accepted, approved);

        Assert.Equal("approved", (await OfficersStation.GetAsync(_station.As("clerk"), path)).Body.GetProperty("state").GetString());
        var results = await _station.As("clerk").GetStringAsync(path + "/results", TestContext.Current.CancellationToken);
        Assert.Equal(3, results.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task An_approval_of_another_root_is_a_conflict()
    {
        var (_, batch) = await ImportAsync("clerk", Row(1));

        var (status, problem) = await OfficersStation.PostAsync(
            _station.As("approver"), $"/api/v1/batches/{batch.GetProperty("id").GetInt64()}/approval", new { contentHash = new string('0', 64) });

        Assert.Equal((HttpStatusCode.Conflict, "content-changed"), (status, OfficersStation.Code(problem)));
    }

    [Fact]
    public async Task Batches_are_listed_by_state_and_by_the_digest_of_their_file()
    {
        await ImportAsync("clerk", Row(1));
        var (_, second) = await ImportAsync("clerk", Row(2));
        var file = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Header + Row(2))));

        var waiting = await ListAsync("approver", "");
        var ofFile = await ListAsync("approver", $"?file={file}");

        Assert.Equal(2, waiting.GetArrayLength());
        Assert.Equal(second.GetProperty("id").GetInt64(), Assert.Single(ofFile.EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Empty((await ListAsync("approver", $"?state=reading&file={file}")).EnumerateArray());
    }

    [Theory]
    [InlineData("?state=finished")]
    [InlineData("?file=12")]
    [InlineData("?cursor=-1")]
    public async Task A_list_that_is_asked_for_wrongly_is_malformed(string query)
    {
        var (status, problem) = await OfficersStation.GetAsync(_station.As("clerk"), "/api/v1/batches" + query);
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), (status, OfficersStation.Code(problem)));
    }

    [Fact]
    public async Task Batches_of_other_offices_are_not_listed()
    {
        await ImportAsync("clerk", Row(1));
        _station.Enrol("city-approver", OfficersStation.City, new RoleGrant(OfficerRole.Approver, OfficersStation.City));

        Assert.Empty((await ListAsync("city-approver", "")).EnumerateArray());
    }

    [Fact]
    [Trait("Fault", "15")]
    public async Task Of_a_batch_the_bad_row_alone_is_refused_wherever_it_stands()
    {
        for (var bad = 1; bad <= 4; bad++)
        {
            var rows = Enumerable.Range(1, 4).Select(row => Row((10 * bad) + row)).ToArray();
            rows[bad - 1] = rows[bad - 1].Replace("100万人民币", "许多钱", StringComparison.Ordinal);

            var (_, batch) = await ImportAsync("clerk", string.Concat(rows));
            var path = $"/api/v1/batches/{batch.GetProperty("id").GetInt64()}";
            await OfficersStation.PostAsync(_station.As("approver"), path + "/approval", new { contentHash = batch.GetProperty("contentHash").GetString() });

            var rejected = Assert.Single(batch.GetProperty("rejected").EnumerateArray());
            Assert.Equal((bad, "capital-format"), (rejected.GetProperty("row").GetInt32(), rejected.GetProperty("code").GetString()));
        }

        using var stop = new CancellationTokenSource();
        var running = _station.Batches.RunAsync(TimeSpan.FromMinutes(1), null, stop.Token);
        await Eventually.IsAsync(() => _station.Counter.Scalar("SELECT count(*) FROM standings") == 4 * 3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    [Trait("Fault", "24")]
    public async Task Who_imported_a_batch_does_not_approve_it()
    {
        _station.Enrol("alone", 1, [.. Enum.GetValues<OfficerRole>().Select(role => new RoleGrant(role, 1))]);
        var (_, batch) = await ImportAsync("alone", Row(1));

        var (status, problem) = await OfficersStation.PostAsync(
            _station.As("alone"), $"/api/v1/batches/{batch.GetProperty("id").GetInt64()}/approval", new { contentHash = batch.GetProperty("contentHash").GetString() });

        Assert.Equal((HttpStatusCode.Forbidden, "same-person"), (status, OfficersStation.Code(problem)));
    }

    [Fact]
    public async Task A_register_that_says_it_is_larger_than_a_gigabyte_is_refused_before_a_byte_of_it_is_sent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/applications/import") { Content = new UnreadContent((1L << 30) + 1) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        // RFC 9110 10.1.1: the body follows only when the door asks for it.
        request.Headers.ExpectContinue = true;

        using var response = await _station.As("clerk").SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("\"too-large\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approver_does_not_import() => Assert.Equal(HttpStatusCode.Forbidden, (await ImportAsync("approver", Row(1))).Status);

    private async Task<JsonElement> ListAsync(string person, string query)
    {
        var (status, page) = await OfficersStation.GetAsync(_station.As(person), "/api/v1/batches" + query);
        Assert.Equal(HttpStatusCode.OK, status);
        return page.GetProperty("batches");
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> ImportAsync(string person, string rows)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Header + rows));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var response = await _station.As(person).PostAsync("/api/v1/applications/import", content, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, body.RootElement.Clone());
    }

    private sealed class UnreadContent(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new InvalidOperationException("The body was asked for.");

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }

    private static string Row(int number) =>
        $"示例{number}号商贸有限公司,{Enterprise.Code(number)},2020-05-01,有限责任公司,张三,100万人民币,日用百货销售,示例省,示例市,示例市示例路{number}号\n";
}

public sealed class BatchesOnSqliteTests() : BatchesTests(EmbeddedDatabases.Instance);

public sealed class BatchesOnPostgresTests(PostgresCluster cluster) : BatchesTests(cluster);
