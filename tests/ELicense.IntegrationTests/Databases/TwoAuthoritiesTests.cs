using System.Collections.Concurrent;
using System.Globalization;
using ELicense.Core;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>Two authorities, each with a register of its own on one PostgreSQL database. 2,000 issuances here; tests/drills/two-authorities issues 10,000.</summary>
public sealed class TwoAuthoritiesTests(PostgresCluster cluster)
{
    private static readonly int Issuances =
        int.Parse(Environment.GetEnvironmentVariable("ELICENSE_TWO_AUTHORITIES") ?? "2000", NumberStyles.None, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Two_authorities_at_one_database_use_each_serial_and_each_log_position_once_and_leave_no_gap()
    {
        using var counter = new Counter(databases: cluster);
        using var second = counter.Database.Open();
        var other = new LicensingAuthority(second, counter.Settings, counter.Keys, counter.Clock);

        await Task.WhenAll(Run(counter.Authority, 0), Run(other, Issuances / 2));

        var expected = Enumerable.Range(0, Issuances).ToList();
        Assert.Equal(
            expected.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i + 1},{3145728 + i}")),
            counter.Database.Rows("SELECT serial, status_index FROM prepared_licenses ORDER BY serial"));
        Assert.Equal(
            expected.Select(i => i.ToString(CultureInfo.InvariantCulture)), counter.Database.Rows("SELECT position FROM log_entries ORDER BY position"));
        Assert.Equal(Issuances, counter.Scalar("SELECT count(*) FROM matters WHERE state = 3"));
        Assert.Equal(Issuances, counter.Authority.Counts().LogSize);
    }

    [Fact]
    public async Task Two_publishers_on_one_folder_leave_one_sound_log()
    {
        using var published = new PublishedCounter(databases: cluster);
        var counter = published.Counter;
        using var second = counter.Database.Open();
        using var other = new Publisher(second, counter.Settings, counter.Keys, counter.Clock);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var refusals = new ConcurrentQueue<string>();
        var publishing = new[] { counter.Publisher, other }.Select(publisher => publisher.RunAsync(Note, enough.Token)).ToList();

        for (var number = 0; number < 40; number++)
            counter.Issue(number);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(publishing));

        Assert.Null(published.Publish().Refusal);
        published.AssertSound(40);
        Assert.All(refusals, code => Assert.Equal(Codes.StateConflict, code));

        void Note(PublishResult result)
        {
            if (result.Refusal is { } refusal)
                refusals.Enqueue(refusal.Code);
        }
    }

    private static Task Run(LicensingAuthority authority, int first) => Task.Run(
        () =>
        {
            foreach (var numbers in Enumerable.Range(first, Issuances / 2).Chunk(25))
            {
                var applied = authority.ApplyAll(Counter.Clerk, [.. numbers.Select(Enterprise.Issuance)]);
                var approved = authority.ApproveAll(Counter.Approver, [.. applied.Select(result => new Approval(result.Matter!.Id, result.Matter.ContentHash))]);
                Assert.All(authority.CarryOut([.. approved.Select(result => result.Approved!)]), result => Assert.NotNull(result.License));
            }
        },
        TestContext.Current.CancellationToken);
}
