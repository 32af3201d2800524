using ELicense.Core.Licenses;
using ELicense.Verification.Verdicts;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>A row of the look-up that was changed by hand shows whether standings were taken from the snapshot or from the rows.</summary>
public sealed class StandingSnapshotTests : FollowedPublication
{
    private string Snapshot => Path.Combine(State, "standings.snapshot");

    [Fact]
    public async Task A_start_takes_the_standings_from_the_snapshot()
    {
        var license = await FollowedAsync();
        Spoil();
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Follower()), license));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("changed")]
    [InlineData("empty")]
    public async Task A_damaged_snapshot_is_as_good_as_missing(string damage)
    {
        var license = await FollowedAsync();
        Spoil();
        var bytes = await File.ReadAllBytesAsync(Snapshot, TestContext.Current.CancellationToken);
        switch (damage)
        {
            case "missing":
                File.Delete(Snapshot);
                break;
            case "short":
                File.WriteAllBytes(Snapshot, bytes[..^8192]);
                break;
            case "changed":
                bytes[^1000] ^= 0x10;
                File.WriteAllBytes(Snapshot, bytes);
                break;
            default:
                File.WriteAllBytes(Snapshot, []);
                break;
        }

        Assert.Equal(VerdictValue.Revoked, Judge(await FollowAsync(Follower()), license));
        // It was written anew, from the rows.
        Assert.True(new FileInfo(Snapshot).Length > 8192);
    }

    [Fact]
    public async Task What_came_after_the_snapshot_is_caught_up()
    {
        var first = Publication.Issue(1);
        var second = Publication.Issue(2);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        var written = File.GetLastWriteTimeUtc(Snapshot);
        Publication.Change(second, Standing.Suspended);
        var third = Publication.Issue(3);
        Publication.Publish();
        await FollowAsync(follower);
        Close();
        Assert.Equal(written, File.GetLastWriteTimeUtc(Snapshot));
        Spoil();
        var view = await FollowAsync(Follower());
        Assert.Equal((VerdictValue.Valid, VerdictValue.Suspended, VerdictValue.Valid), (Judge(view, first), Judge(view, second), Judge(view, third)));
    }

    [Fact]
    public async Task A_snapshot_of_another_card_does_not_count()
    {
        var license = await FollowedAsync();
        Spoil();
        Publication.TrustVersion++;
        Publication.Publish();
        Assert.Equal(VerdictValue.Revoked, Judge(await FollowAsync(Follower()), license));
    }

    [Fact]
    public async Task A_snapshot_of_a_former_look_up_does_not_count()
    {
        var license = await FollowedAsync();
        var former = await File.ReadAllBytesAsync(Snapshot, TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(State, "lookup.db"));
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Follower()), license));
        Close();
        File.WriteAllBytes(Snapshot, former);
        Spoil();
        Assert.Equal(VerdictValue.Revoked, Judge(await FollowAsync(Follower()), license));
    }

    private async Task<TestLicense> FollowedAsync()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        Close();
        return license;
    }

    private void Spoil()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(State, "lookup.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "UPDATE entry SET standing = 1 WHERE place & 1048575 = 1";
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
