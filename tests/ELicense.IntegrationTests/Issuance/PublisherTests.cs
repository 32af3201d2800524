using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class PublisherTests(DatabaseServer databases) : IDisposable
{
    private readonly PublishedCounter _published = new(databases: databases);

    private Counter Counter => _published.Counter;

    public void Dispose() => _published.Dispose();

    [Fact]
    public void An_empty_log_is_published_with_a_list_to_ask()
    {
        Assert.Equal(0, _published.Publish().Checkpoint!.Size);

        _published.AssertSound(0);
        Assert.True(File.Exists(_published.Full("status/licenses/3.cwt")));
        Assert.True(File.Exists(_published.Full("status/licenses/3.jwt")));
        Assert.StartsWith("gs.example.cn/elicense+", File.ReadAllText(_published.Full("log/vkey")), StringComparison.Ordinal);
    }

    [Fact]
    public void Rounds_over_partial_and_full_tiles_are_each_sound_for_an_independent_audit()
    {
        foreach (var (first, count, size) in new[] { (1, 1, 1L), (2, 200, 201), (202, 55, 256), (257, 1, 257), (258, 300, 557) })
        {
            Issue(first, count);
            Assert.Equal((size, count), (_published.Publish().Checkpoint!.Size, count));
            _published.AssertSound(size);
        }
    }

    [Fact]
    public void Changes_of_standing_are_in_log_and_lists()
    {
        var license = Counter.Issue(1);
        _published.Publish();
        Counter.Change(MatterType.Suspension, license);
        Counter.Change(MatterType.Revocation, license);

        Assert.Equal(2, _published.Publish().NewEntries);

        _published.AssertSound(3);
    }

    [Fact]
    public void An_idle_round_gives_the_same_checkpoint_a_new_time_and_leaves_the_rest_alone()
    {
        Issue(1, 3);
        var first = _published.Publish();
        var files = Files();
        Counter.Clock.Now += TimeSpan.FromMinutes(1);

        var second = _published.Publish();

        Assert.Equal((first.Checkpoint, 0L), (second.Checkpoint, second.NewEntries));
        Assert.Equal([_published.Full("log/checkpoint")], Files().Where(file => !file.Value.SequenceEqual(files[file.Key])).Select(file => file.Key));
        _published.AssertSound(3);
    }

    [Fact]
    public void Status_lists_are_signed_again_before_half_of_their_life()
    {
        _published.Publish();
        var former = File.ReadAllBytes(_published.Full("status/licenses/3.cwt"));
        Counter.Clock.Now += TimeSpan.FromHours(12) - TimeSpan.FromSeconds(10);

        _published.Publish();

        Assert.NotEqual(former, File.ReadAllBytes(_published.Full("status/licenses/3.cwt")));
    }

    [Fact]
    public void A_restart_goes_on_from_the_published_checkpoint()
    {
        Issue(1, 260);
        _published.Publish();
        Counter.Reopen();
        Issue(261, 5);

        Assert.Equal(5, _published.Publish().NewEntries);

        _published.AssertSound(265);
    }

    [Fact]
    public void A_clock_before_the_last_signed_time_publishes_nothing()
    {
        Issue(1, 2);
        _published.Publish();
        Counter.Clock.Now -= TimeSpan.FromSeconds(6);

        AssertRefused(Codes.ClockBackwards);
    }

    [Fact]
    public void A_clock_that_is_seconds_behind_another_machines_publishes_the_last_signed_time_again()
    {
        Issue(1, 2);
        _published.Publish();
        Counter.Clock.Now -= TimeSpan.FromSeconds(5);
        Issue(3, 1);

        Assert.Equal(1, _published.Publish().NewEntries);

        Counter.Clock.Now += TimeSpan.FromSeconds(5);
        _published.AssertSound(3);
    }

    [Fact]
    public void An_older_database_is_not_published()
    {
        Issue(1, 2);
        _published.Publish();
        CopyDatabaseTo("older.db");
        Issue(3, 1);
        _published.Publish();
        RestoreDatabaseFrom("older.db");

        AssertRefused(Codes.LogRollback);
    }

    [Fact]
    public void An_older_database_that_has_grown_again_is_not_published()
    {
        Issue(1, 2);
        CopyDatabaseTo("older.db");
        Issue(3, 1);
        _published.Publish();
        RestoreDatabaseFrom("older.db");
        Issue(10, 4);

        AssertRefused(Codes.LogFork);
    }

    [Fact]
    public void An_older_database_that_is_put_under_a_running_publisher_is_not_published()
    {
        Issue(1, 2);
        _published.Publish();
        Counter.Database.DropGuards("log_entries");
        Counter.Sql("DELETE FROM standings; DELETE FROM log_entries WHERE position = 1; UPDATE head SET log_size = 1");

        AssertRefused(Codes.LogRollback);
    }

    [Fact]
    public void The_mark_outside_the_database_finds_an_older_one_when_the_publication_is_gone_too()
    {
        CopyDatabaseTo("older.db");
        Issue(1, 2);
        _published.Publish();
        RestoreDatabaseFrom("older.db");
        Directory.Delete(Counter.Settings.PublicationFolder, recursive: true);

        AssertRefused(Codes.LogRollback);
    }

    [Fact]
    public void A_lost_publication_is_written_again_as_a_whole()
    {
        Issue(1, 300);
        _published.Publish();
        var files = Files();
        Directory.Delete(_published.Full("log"), recursive: true);
        Directory.Delete(_published.Full("documents"), recursive: true);
        Counter.Reopen();

        _published.Publish();

        _published.AssertSound(300);
        Assert.Equal(files.Keys.Order(), Files().Keys.Order());
    }

    [Fact]
    public void A_database_with_an_altered_entry_is_not_published()
    {
        Issue(1, 3);
        _published.Publish();
        Counter.Database.DropGuards("log_entries");
        Counter.Sql("UPDATE log_entries SET entry = (SELECT entry FROM log_entries WHERE position = 0) WHERE position = 1");
        Counter.Reopen();

        AssertRefused(Codes.LogFork);
    }

    [Fact]
    public void A_database_that_lost_an_entry_is_not_published()
    {
        Issue(1, 3);
        Counter.Database.DropGuards("log_entries");
        Counter.Sql("DELETE FROM standings; DELETE FROM log_entries WHERE position = 1");

        AssertRefused(Codes.EntryMissing);
    }

    [Fact]
    public void A_foreign_checkpoint_in_the_folder_is_not_signed_beside()
    {
        _published.Publish();
        File.AppendAllText(_published.Full("log/checkpoint"), "x");

        Assert.NotNull(_published.Publish().Refusal);
    }

    [Theory]
    [InlineData("log/tile/entries/001.p/4.new")]
    [InlineData("documents/001.new")]
    [InlineData("log/checkpoint.new")]
    [InlineData("status/licenses/3.jwt.new")]
    public void A_round_that_breaks_off_at_a_file_is_finished_by_the_next_start(string blocked)
    {
        Issue(1, 10);
        _published.Publish();
        Issue(11, 250);
        // A folder where the file's temporary name should be: the write fails there, as on a full disk.
        Directory.CreateDirectory(_published.Full(blocked));
        Assert.ThrowsAny<Exception>(_published.Publish);
        Directory.Delete(_published.Full(blocked));
        Counter.Reopen();
        Issue(261, 1);

        _published.Publish();

        _published.AssertSound(261);
    }

    [Fact]
    public void A_reader_of_a_round_that_broke_off_before_its_checkpoint_sees_the_former_one_whole()
    {
        Issue(1, 10);
        _published.Publish();
        Issue(11, 250);
        Directory.CreateDirectory(_published.Full("log/checkpoint.new"));
        Assert.ThrowsAny<Exception>(_published.Publish);

        Assert.DoesNotContain(_published.Audit().Findings, finding => !finding.Path.StartsWith("documents/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_key_that_fails_leaves_the_former_checkpoint_and_is_made_up_for()
    {
        var log = new FaultySigningKey(Counter.Keys.Log) { ThrowAlways = true };
        Issue(1, 3);
        using (var publisher = new Publisher(Counter.Register, Counter.Settings, Counter.Keys with { Log = log }, Counter.Clock))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => publisher.PublishAsync(TestContext.Current.CancellationToken));
            Assert.False(File.Exists(_published.Full("log/checkpoint")));
            log.ThrowAlways = false;
            Assert.Equal(3, (await publisher.PublishAsync(TestContext.Current.CancellationToken)).Checkpoint!.Size);
        }
        _published.AssertSound(3);
    }

    [Fact]
    public async Task A_wrong_checkpoint_signature_is_not_published()
    {
        var log = new FaultySigningKey(Counter.Keys.Log) { AlterAt = 1 };
        using var publisher = new Publisher(Counter.Register, Counter.Settings, Counter.Keys with { Log = log }, Counter.Clock);

        Assert.Equal(Codes.CheckpointSignature, (await publisher.PublishAsync(TestContext.Current.CancellationToken)).Refusal!.Value.Code);

        Assert.False(File.Exists(_published.Full("log/checkpoint")));
    }

    [Fact]
    public void Partial_tiles_go_when_the_full_one_is_there()
    {
        Issue(1, 10);
        _published.Publish();
        Assert.True(File.Exists(_published.Full("log/tile/0/000.p/10")));
        Issue(11, 250);

        _published.Publish();

        Assert.True(File.Exists(_published.Full("log/tile/0/000")));
        Assert.False(Directory.Exists(_published.Full("log/tile/0/000.p")));
        Assert.False(Directory.Exists(_published.Full("log/tile/entries/000.p")));
        Assert.True(File.Exists(_published.Full("log/tile/1/000.p/1")));
    }

    [Fact]
    public async Task A_running_publisher_publishes_after_each_change()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var rounds = System.Threading.Channels.Channel.CreateUnbounded<PublishResult>();
        var running = Counter.Publisher.RunAsync(result => rounds.Writer.TryWrite(result), stop.Token);
        Assert.Equal(0, (await rounds.Reader.ReadAsync(stop.Token)).Checkpoint!.Size);

        Counter.Issue(1);

        Assert.Equal(1, (await rounds.Reader.ReadAsync(stop.Token)).Checkpoint!.Size);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_follower_sees_what_was_issued_and_revoked()
    {
        var licenses = Issue(1, 3);
        Counter.Change(MatterType.Revocation, licenses[2]);
        _published.Publish();
        using var follower = new PublicationFollower(
            PublicationSource.Open(Counter.Settings.PublicationFolder), new FollowerSettings(_published.Anchor, null, null), Counter.Clock);

        var round = await follower.PollAsync(TestContext.Current.CancellationToken);

        Assert.Null(round.Refusal);
        Assert.Equal("Valid", follower.View!.VerifyNewest(Enterprise.Code(1), Counter.Clock.Now)!.Value.ToString());
        Assert.Equal("Revoked", follower.View!.VerifyNewest(Enterprise.Code(3), Counter.Clock.Now)!.Value.ToString());
    }

    private List<ELicense.Issuance.Licenses.ReleasedLicense> Issue(int first, int count) =>
        [.. Counter.Authority.CarryOut(Counter.ApprovedBatch(first, count)).Select(result => result.License!)];

    private void AssertRefused(string code)
    {
        var before = File.Exists(_published.Full("log/checkpoint")) ? File.ReadAllText(_published.Full("log/checkpoint")) : null;

        Assert.Equal(code, _published.Publish().Refusal?.Code);

        Assert.Equal(before, File.Exists(_published.Full("log/checkpoint")) ? File.ReadAllText(_published.Full("log/checkpoint")) : null);
    }

    private Dictionary<string, byte[]> Files() =>
        Directory.EnumerateFiles(Counter.Settings.PublicationFolder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);

    private void CopyDatabaseTo(string name) => Counter.Database.Backup(name);

    private void RestoreDatabaseFrom(string name)
    {
        Counter.Close();
        Counter.Database.Restore(name);
        Counter.Open();
    }
}

public sealed class PublisherOnSqliteTests() : PublisherTests(EmbeddedDatabases.Instance);

public sealed class PublisherOnPostgresTests(PostgresCluster cluster) : PublisherTests(cluster);
