using System.Data.Common;
using ELicense.IntegrationTests.Issuance;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>Whatever the program does, no row refers to one that is not there: SQLite's foreign keys, on PostgreSQL one check for each statement.</summary>
public abstract class ReferencesTests : IDisposable
{
    private readonly Counter _counter;

    protected ReferencesTests(DatabaseServer databases)
    {
        _counter = new Counter(databases: databases);
        _counter.Issue(1);
        _counter.Approved(2, 1);
        _counter.Sql("INSERT INTO batches (id, state, office, file_hash, applicant, applied_ms) SELECT id, 1, 1, content_hash, applicant, 0 FROM matters WHERE id < 3");
        _counter.Sql("INSERT INTO batch_rows (batch_id, row_number, outcome, refusal_code) VALUES (2, 1, 4, 'malformed')");
    }

    private protected TestDatabase Database => _counter.Database;

    public void Dispose() => _counter.Dispose();

    [Theory]
    [InlineData("INSERT INTO prepared_licenses SELECT 77, 99, serial, 2, claims, to_be_signed, document, 0 FROM prepared_licenses")]
    [InlineData("INSERT INTO prepared_licenses SELECT 77, 2, 99, 1, claims, to_be_signed, document, 0 FROM prepared_licenses")]
    [InlineData("INSERT INTO signed_licenses SELECT 77, token, 0 FROM signed_licenses")]
    [InlineData("INSERT INTO log_entries SELECT 1, 99, status_index, entry FROM log_entries")]
    [InlineData("INSERT INTO log_entries SELECT 1, 2, 77, entry FROM log_entries")]
    [InlineData("INSERT INTO standings SELECT 77, 1, 1, 1 FROM log_entries")]
    [InlineData("INSERT INTO batch_rows (batch_id, row_number, outcome, matter_id) VALUES (1, 1, 1, 99)")]
    [InlineData("INSERT INTO batch_rows (batch_id, row_number, outcome, matter_id) VALUES (99, 1, 1, 2)")]
    [InlineData("DELETE FROM batches WHERE id = 2")]
    [InlineData("UPDATE batches SET id = 99 WHERE id = 2")]
    [InlineData("DELETE FROM matters WHERE id = 1")]
    [InlineData("DELETE FROM licenses")]
    [InlineData("UPDATE matters SET id = 99 WHERE id = 1")]
    [InlineData("UPDATE licenses SET serial = 99")]
    public void A_row_that_would_refer_to_nothing_is_refused(string sql)
    {
        var before = Everything();

        Assert.ThrowsAny<DbException>(() => _counter.Sql(sql));

        Assert.Equal(before, Everything());
    }

    [Theory]
    [InlineData("INSERT INTO prepared_licenses SELECT 77, 2, serial, 2, claims, to_be_signed, document, 0 FROM prepared_licenses")]
    [InlineData("INSERT INTO batch_rows (batch_id, row_number, outcome, matter_id) VALUES (1, 1, 1, 2)")]
    [InlineData("INSERT INTO batch_rows (batch_id, row_number, outcome, refusal_code) VALUES (1, 1, 4, 'malformed')")]
    public void A_row_whose_references_are_there_is_taken(string sql)
    {
        _counter.Sql(sql);

        Assert.Equal(1, _counter.Scalar("SELECT (SELECT count(*) FROM prepared_licenses WHERE status_index = 77) + (SELECT count(*) FROM batch_rows WHERE batch_id = 1)"));
    }

    private List<string> Everything() =>
    [
        .. _counter.Database.Rows("SELECT id, state FROM matters ORDER BY id"), .. _counter.Database.Rows("SELECT serial FROM licenses"),
        .. _counter.Database.Rows("SELECT status_index FROM prepared_licenses"), .. _counter.Database.Rows("SELECT position FROM log_entries"),
        .. _counter.Database.Rows("SELECT status_index FROM signed_licenses"), .. _counter.Database.Rows("SELECT status_index FROM standings"),
        .. _counter.Database.Rows("SELECT row_number FROM batch_rows"),
        .. _counter.Database.Rows("SELECT id FROM batches ORDER BY id"),
    ];
}

public sealed class ReferencesOnSqliteTests() : ReferencesTests(EmbeddedDatabases.Instance);

public sealed class ReferencesOnPostgresTests(PostgresCluster cluster) : ReferencesTests(cluster)
{
    [Fact]
    public void No_index_asks_of_what_an_approval_writes()
    {
        Assert.Empty(Database.Rows(@"SELECT indexdef FROM pg_indexes WHERE tablename = 'matters' AND indexdef ~ '\m(state|approver|approved_ms)\M'"));
    }
}
