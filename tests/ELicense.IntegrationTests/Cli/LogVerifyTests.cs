using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

[Collection(DemoTour.Name)]
public sealed class LogVerifyTests(FinishedDemo demo)
{
    private const string Entries = "log/tile/entries/000.p/{size}";

    [Fact]
    public async Task A_good_publication_has_no_finding()
    {
        var run = await VerifyAsync(demo.Publication);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(21 + Anchors(), run.Json.GetProperty("entries").GetInt64()); // 19 issued, an enterprise's certificate, one revoked, and the heads of the audit trail
    }

    [Theory]
    [InlineData("log/checkpoint")]
    [InlineData(Entries)]
    [InlineData("log/tile/0/000.p/{size}")]
    [InlineData("documents/000")]
    [InlineData("status/licenses/0.cwt")]
    [InlineData("status/licenses/0.jwt")]
    [InlineData("trust.jws")]
    [InlineData("trust/offices.jws")]
    public async Task A_flipped_byte_is_found_and_its_file_named(string pattern)
    {
        var file = AtThisSize(pattern);
        using var copy = new CopiedData(demo.Publication);
        var path = Path.Combine(copy.Folder, file);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await AssertFound(copy.Folder, file);
    }

    [Fact]
    public async Task A_cut_tail_is_found()
    {
        using var copy = new CopiedData(demo.Publication);
        var path = Path.Combine(copy.Folder, AtThisSize(Entries));
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var last = LastEntry(bytes);
        await File.WriteAllBytesAsync(path, bytes[..last], TestContext.Current.CancellationToken);

        await AssertFound(copy.Folder, AtThisSize(Entries));
    }

    [Fact]
    public async Task A_removed_entry_is_found()
    {
        using var copy = new CopiedData(demo.Publication);
        var path = Path.Combine(copy.Folder, AtThisSize(Entries));
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var first = 2 + ((bytes[0] << 8) | bytes[1]);
        await File.WriteAllBytesAsync(path, bytes[first..], TestContext.Current.CancellationToken);

        await AssertFound(copy.Folder, AtThisSize(Entries));
    }

    [Fact]
    public async Task An_older_checkpoint_is_found_against_the_high_water_mark()
    {
        using var copy = new CopiedData(demo.Data);
        var state = Path.Combine(copy.Folder, "state");
        var first = await VerifyAsync(demo.Publication, "--state", state);
        Assert.True(first.ExitCode == 0, first.Output + first.Error);

        var second = await VerifyAsync(await copy.RewindAsync("17380"), "--state", state);
        Assert.Equal(10, second.ExitCode);
        Assert.Contains("log-rollback", second.Output, StringComparison.Ordinal);
    }

    /// <summary>The log's size depends on how often the demo's minutes let the audit trail be anchored.</summary>
    private string AtThisSize(string path) =>
        path.Replace("{size}", File.ReadAllLines(Path.Combine(demo.Publication, "log", "checkpoint"))[1], StringComparison.Ordinal);

    private long Anchors()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(demo.Data, "authority", "register.db")};Mode=ReadOnly");
        return database.ExecuteScalar<long>("SELECT count(*) FROM audit_anchors");
    }

    private static int LastEntry(byte[] bundle)
    {
        var at = 0;
        while (true)
        {
            var next = at + 2 + ((bundle[at] << 8) | bundle[at + 1]);
            if (next >= bundle.Length)
                return at;
            at = next;
        }
    }

    private async Task AssertFound(string publication, string file)
    {
        var run = await VerifyAsync(publication);
        Assert.True(run.ExitCode == 10, $"{run.ExitCode}: {run.Output}{run.Error}");
        Assert.Contains(run.Json.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("path").GetString() == file);
    }

    private Task<Finished> VerifyAsync(string publication, params string[] more) =>
        Elicense.RunAsync(["log", "verify", "--json", "--trust", demo.Fingerprint, "--publication", publication, .. more]);
}
