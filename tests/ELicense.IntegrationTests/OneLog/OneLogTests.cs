using System.Globalization;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using Xunit;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>
/// One log, every view: standings change by chance, and after each step and each restart register, status lists, CRLs, OCSP answers and verdicts each equal the log replayed to the size that they state.
/// tests/drills/one-log does more of it.
/// </summary>
public abstract class OneLogTests(DatabaseServer databases) : IDisposable
{
    private const int StepsInEveryRun = 60;

    private readonly PublishedCounter _published = new(databases: databases);

    public void Dispose() => _published.Dispose();

    [Fact]
    public void Every_view_is_the_log_replayed_to_the_size_that_it_states()
    {
        var drill = Environment.GetEnvironmentVariable("ELICENSE_ONE_LOG_CHANGES");
        var steps = drill is null ? StepsInEveryRun : int.Parse(drill, CultureInfo.InvariantCulture);
        var seed = Environment.GetEnvironmentVariable("ELICENSE_ONE_LOG_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        var random = new Random(seed);
        // Trust card and root's CRL outlast a drill of many steps.
        _published.Counter.Settings = _published.Counter.Settings with { LossReportLapsesAfter = TimeSpan.FromMinutes(10) };
        _published.Counter.Reopen();
        var changes = new RandomChanges(_published.Counter, random);
        using var views = new Views(_published);
        // A check compares a million places of each list: a drill of many steps makes one in so many.
        var every = Math.Max(1, steps / 1000);
        while (changes.Made < steps)
        {
            var made = changes.Made;
            changes.Step();
            if (changes.Made == made || changes.Made % every != 0)
                continue;
            if (random.Next(10) == 0)
                _published.Counter.Reopen();
            if (random.Next(10) == 0)
                views.RestartVerifier(forgetful: random.Next(2) == 0);
            Assert.Null(_published.Publish().Refusal);
            try
            {
                views.Check();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, change {changes.Made}: {e.Message}", e);
            }
        }

        views.CheckFiles();
        _published.AssertSound(_published.Counter.Authority.Counts().LogSize);
        var happened = string.Join(", ", changes.Happened.Select(pair => $"{pair.Key} {pair.Value}"));
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}, log {_published.Counter.Authority.Counts().LogSize}: {happened}");
    }
}

public sealed class OneLogOnSqliteTests() : OneLogTests(EmbeddedDatabases.Instance);

public sealed class OneLogOnPostgresTests(PostgresCluster cluster) : OneLogTests(cluster);
