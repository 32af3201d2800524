using ELicense.Core;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>The statements about changes that two persons make; each kind has a table of the same shape.</summary>
internal sealed class TwoPersonChangeStore(RegisterTransaction transaction, string table)
{
    private const string Columns = "id, state, content, content_hash AS ContentHash, proposer, decider";

    /// <summary>The head row is locked, so nobody else takes it.</summary>
    public long NextId() => transaction.Find<long>($"SELECT coalesce(max(id), 0) + 1 FROM {table}");

    public void Insert(long id, byte[] content, Digest hash, string proposer, long nowMs) => transaction.Execute(
        $"INSERT INTO {table} (id, state, content, content_hash, proposer, proposed_ms) VALUES (@id, 1, @content, @hash, @proposer, @nowMs)",
        new { id, content, hash = hash.ToArray(), proposer, nowMs });

    public void Decide(long id, ChangeState state, string decider, long nowMs) => transaction.Execute(
        $"UPDATE {table} SET state = @state, decider = @decider, decided_ms = @nowMs WHERE id = @id AND state = 1",
        new { id, state = (long)state, decider, nowMs });

    public Row? Find(long id) => transaction.Find<Row>($"SELECT {Columns} FROM {table} WHERE id = @id", new { id });

    public IReadOnlyList<Row> FindProposed(long after, int limit) => transaction.Query<Row>(
        $"SELECT {Columns} FROM {table} WHERE state = 1 AND id > @after ORDER BY id LIMIT @limit", new { after, limit = (long)limit });

    internal sealed class Row
    {
        public required long Id { get; init; }
        public required long State { get; init; }
        public required byte[] Content { get; init; }
        public required byte[] ContentHash { get; init; }
        public required string Proposer { get; init; }
        public string? Decider { get; init; }
    }
}
