using System.Diagnostics;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>What a bad mirror, a wrong clock or a broken disk does to a follower: it says so, keeps what it had, and comes back by itself.</summary>
public sealed class HostilePublicationTests : FollowedPublication
{
    private string Database => Path.Combine(State, "lookup.db");

    [Fact]
    public async Task A_cosignature_from_the_future_is_refused()
    {
        Publication.Issue(1);
        Publication.Publish(TestAuthority.Now.AddDays(365));
        Assert.Equal(Codes.ClockAhead, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_follower_goes_on_after_the_authoritys_clock_was_set_right()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Publish(TestAuthority.Now.AddDays(365));
        Assert.Equal(Codes.ClockAhead, await RefusedAsync(follower));
        Publication.Change(license, Standing.Revoked);
        Publication.Publish(TestAuthority.Now.AddMinutes(1));
        Assert.Equal(VerdictValue.Revoked, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task Clocks_may_differ_a_little()
    {
        Publication.Issue(1);
        Publication.Publish(TestAuthority.Now.AddMinutes(5));
        await FollowAsync(Follower());
    }

    [Fact]
    public async Task A_document_with_a_wrong_signature_is_refused_and_taken_over_when_it_is_right()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var right = Publication.Read("documents/000");
        // The log names the statement, not its signature, which ends the pack.
        Publication.Flip("documents/000", -1);
        var follower = Follower();
        Assert.Equal(Codes.DocumentMismatch, await RefusedAsync(follower));
        Publication.Write("documents/000", right);
        var view = await FollowAsync(follower);
        Assert.Equal(VerdictValue.Valid, view.VerifyNewest(license.Claims.CreditCode, Clock.Now)!.Value);
    }

    [Fact]
    public async Task The_other_valid_signature_of_a_statement_is_the_same_statement()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        var twin = Twin(license.Token);
        Assert.NotEqual(license.Token, twin);
        Assert.Equal(VerdictValue.Valid, view.Verify(new FileArtefact(license.Document, twin), Clock.Now).Value);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.98)]
    public async Task A_damaged_cache_is_built_again(double damagedFrom)
    {
        var licenses = await StateOfManyAsync();
        using (var file = File.OpenWrite(Database))
        {
            file.Position = Math.Max(4096, (long)(file.Length * damagedFrom));
            file.Write(Enumerable.Repeat((byte)0xA5, 64 * 1024).ToArray());
        }

        await ComesBackAsync(licenses);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(8192)]
    [InlineData(65536)]
    public async Task A_cache_that_was_cut_off_is_built_again(int length)
    {
        var licenses = await StateOfManyAsync();
        using (var file = File.OpenWrite(Database))
            file.SetLength(length);
        await ComesBackAsync(licenses);
    }

    [Fact]
    public async Task A_cache_of_another_authority_is_not_believed()
    {
        using var other = new PublicationBuilder();
        other.IssueMany(5);
        other.Publish();
        using (var follower = new PublicationFollower(
            PublicationSource.Open(other.Folder),
            new FollowerSettings(TrustAnchor.Fingerprint(other.Authority.RootFingerprint), State, HighWaterFolder: null), Clock))
            await FollowAsync(follower);
        var license = Publication.Issue(7);
        Publication.Publish();
        // Both have one origin: only roots and entries tell them apart.
        var mine = Follower();
        await mine.PollAsync(CancellationToken.None);
        await mine.PollAsync(CancellationToken.None);
        Assert.Equal(VerdictValue.Valid, Judge(mine.View!, license));
    }

    [Theory]
    [InlineData("log/checkpoint")]
    [InlineData("trust.jws")]
    [InlineData("documents/000")]
    public async Task A_pipe_in_the_place_of_a_file_does_not_stop_the_follower(string path)
    {
        Publication.Issue(1);
        Publication.Publish();
        File.Delete(Publication.PathOf(path));
        using (var made = Process.Start("mkfifo", Publication.PathOf(path)))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        // Opening a pipe that nobody writes to waits for ever: on a thread that the test can leave behind.
        var refused = await Task.Run(() => RefusedAsync(Follower())).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.NotNull(refused);
    }

    [Fact]
    public async Task A_link_to_endless_data_is_bounded()
    {
        Publication.Issue(1);
        Publication.Publish();
        File.Delete(Publication.PathOf("documents/000"));
        File.CreateSymbolicLink(Publication.PathOf("documents/000"), "/dev/zero");
        Assert.NotNull(await RefusedAsync(Follower()));
    }

    /// <summary>ECDSA (FIPS 186-5 6.4): with (r, s) also (r, n - s) is right.</summary>
    private static byte[] Twin(byte[] token)
    {
        var n = System.Numerics.BigInteger.Parse("00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        var s = new System.Numerics.BigInteger(token.AsSpan(^32..), isUnsigned: true, isBigEndian: true);
        var twin = (byte[])token.Clone();
        var other = (n - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        twin.AsSpan(^32..).Clear();
        other.CopyTo(twin.AsSpan(twin.Length - other.Length));
        return twin;
    }

    private async Task<TestLicense[]> StateOfManyAsync()
    {
        var licenses = Enumerable.Range(0, 300).Select(i => Publication.Issue(i)).ToArray();
        Publication.Change(licenses[3], Standing.Revoked);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Close();
        using (var database = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        return licenses;
    }

    /// <summary>New entries come, and a few rounds later everything is known again.</summary>
    private async Task ComesBackAsync(TestLicense[] licenses)
    {
        var license = Publication.Issue(1000);
        Publication.Publish();
        var follower = Follower();
        for (var round = 0; round < 3; round++)
            await follower.PollAsync(CancellationToken.None);
        Assert.Null(follower.LastRefusal);
        Assert.Equal(VerdictValue.Revoked, Judge(follower.View!, licenses[3]));
        Assert.Equal(VerdictValue.Valid, Judge(follower.View!, licenses[299]));
        Assert.Equal(VerdictValue.Valid, Judge(follower.View!, license));
        Assert.NotNull(follower.View!.Lookup.Find(TestAuthority.List, 299)!.File);
    }
}
