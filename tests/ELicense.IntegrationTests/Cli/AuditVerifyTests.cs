using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

[Collection(DemoTour.Name)]
public sealed class AuditVerifyTests(FinishedDemo demo)
{
    [Fact]
    public async Task The_trail_of_a_demo_is_whole_and_contains_the_published_head()
    {
        var run = await Elicense.RunAsync("audit", "verify", "--json", "--data", demo.Data, "--trust", demo.Fingerprint, "--publication", demo.Publication);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Empty(run.Json.GetProperty("findings").EnumerateArray());
        Assert.True(run.Json.GetProperty("anchors").GetInt64() >= 1);
        Assert.True(run.Json.GetProperty("entries").GetInt64() >= 17 + 2);
    }

    [Fact]
    public async Task Without_a_publication_the_report_says_that_none_was_compared()
    {
        var run = await Elicense.RunAsync("audit", "verify", "--json", "--data", demo.Data);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.Json.GetProperty("anchors").ValueKind);
    }

    [Fact]
    public async Task A_removed_entry_exits_10_and_is_named()
    {
        using var copy = new CopiedData(demo.Data);
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(copy.Folder, "authority", "register.db")};Pooling=False"))
            await database.ExecuteAsync("DROP TRIGGER audit_trail_are_not_deleted; DELETE FROM audit_trail WHERE number = 7");

        var run = await Elicense.RunAsync("audit", "verify", "--json", "--data", copy.Folder);

        Assert.Equal(10, run.ExitCode);
        var first = run.Json.GetProperty("findings")[0];
        Assert.Equal((7, "audit-gap"), (first.GetProperty("entry").GetInt32(), first.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_publication_without_trust_is_a_usage_error()
    {
        var run = await Elicense.RunAsync("audit", "verify", "--data", demo.Data, "--publication", demo.Publication);

        Assert.Equal(2, run.ExitCode);
    }
}
