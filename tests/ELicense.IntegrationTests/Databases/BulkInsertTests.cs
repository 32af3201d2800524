using System.Globalization;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Store;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>Rows that are written together are read back by the database's own client as they were.</summary>
public abstract class BulkInsertTests(DatabaseServer databases) : IDisposable
{
    private protected Counter Counter { get; } = new(databases: databases);

    public void Dispose() => Counter.Dispose();

    [Fact]
    public void Numbers_texts_bytes_of_any_size_and_nulls_arrive()
    {
        // What is sent goes in pieces of 64 KB: values below, across and above them.
        int[] sizes = [0, 1, 65_000, 600, 200_000, 3];
        Insert([.. sizes.Select((size, i) => Row(i, "营业执照 \U0001F4DC é", i % 2 == 0 ? null : long.MinValue, [.. Enumerable.Range(0, size).Select(at => (byte)(at * 7))]))]);

        var expected = sizes.Select((size, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"营业执照 \U0001F4DC é,{i},{(i % 2 == 0 ? "" : "-9223372036854775808")},,{Convert.ToHexString([.. Enumerable.Range(0, size).Select(at => (byte)(at * 7))])}"));
        Assert.Equal(expected, Counter.Database.Rows("SELECT person, started_ms, status, location, body FROM idempotency_keys ORDER BY started_ms"));
    }

    private protected void Insert(IReadOnlyList<object?[]> rows)
    {
        using var transaction = Counter.Register.Write();
        var insert = new BulkInsert(transaction, "idempotency_keys", "person", "idempotency_key", "request_hash", "started_ms", "status", "location", "body");
        foreach (var row in rows)
            insert.Add(row);
        transaction.Commit();
    }

    private protected static object?[] Row(int number, string person, long? status, byte[] body) =>
        [person, number.ToString(CultureInfo.InvariantCulture), Array.Empty<byte>(), (long)number, status, null, body];
}

public sealed class BulkInsertOnSqliteTests() : BulkInsertTests(EmbeddedDatabases.Instance);

public sealed class BulkInsertOnPostgresTests(PostgresCluster cluster) : BulkInsertTests(cluster)
{
    /// <summary>The first rows were sent already when the last one turns out to be no text.</summary>
    [Fact]
    public void Of_rows_that_cannot_all_be_sent_none_is_there()
    {
        object?[][] rows = [.. Enumerable.Range(0, 5).Select(number => Row(number, number == 4 ? "\uD800" : "person", status: null, new byte[70_000]))];

        Assert.ThrowsAny<ArgumentException>(() => Insert(rows));

        Assert.Equal(0, Counter.Database.Scalar("SELECT count(*) FROM idempotency_keys"));
        Insert(rows[..4]);
        Assert.Equal(4, Counter.Database.Scalar("SELECT count(*) FROM idempotency_keys"));
    }
}
