using ELicense.Core;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>The statements about changes of people.</summary>
internal sealed class PeopleChangeStore(RegisterTransaction transaction)
{
    private const string Columns = "id, state, content, content_hash AS ContentHash, proposer, decider";

    public PeopleStore People { get; } = new(transaction);

    /// <summary>The head row is locked, so nobody else takes it.</summary>
    public long NextId() => transaction.Find<long>("SELECT coalesce(max(id), 0) + 1 FROM people_changes");

    public void Insert(ProposedChange change, byte[] content, long nowMs) => transaction.Execute(
        """
        INSERT INTO people_changes (id, state, content, content_hash, proposer, proposed_ms)
        VALUES (@id, 1, @content, @hash, @proposer, @nowMs)
        """,
        new { id = change.Id, content, hash = change.ContentHash.ToArray(), proposer = change.Proposer, nowMs });

    public void Decide(long id, PeopleChangeState state, string decider, long nowMs) => transaction.Execute(
        "UPDATE people_changes SET state = @state, decider = @decider, decided_ms = @nowMs WHERE id = @id AND state = 1",
        new { id, state = (long)state, decider, nowMs });

    public ProposedChange? Find(long id) => transaction.Find<Row>($"SELECT {Columns} FROM people_changes WHERE id = @id", new { id }) is { } row ? Read(row) : null;

    public IReadOnlyList<ProposedChange> FindProposed(long after, int limit) =>
    [
        .. transaction.Query<Row>(
            $"SELECT {Columns} FROM people_changes WHERE state = 1 AND id > @after ORDER BY id LIMIT @limit", new { after, limit = (long)limit }).Select(Read),
    ];

    /// <summary>Own office of the person whom a change is about; 0: nobody is enrolled so, and nobody would be.</summary>
    public int OfficeOf(PeopleChange change) => change.Office ?? (int?)People.FindPerson(change.Person)?.Office ?? 0;

    private ProposedChange Read(Row row)
    {
        var change = row.ToChange();
        return new ProposedChange(row.Id, (PeopleChangeState)row.State, change, OfficeOf(change), new Digest(row.ContentHash), row.Proposer, row.Decider);
    }

    private sealed class Row
    {
        public required long Id { get; init; }
        public required long State { get; init; }
        public required byte[] Content { get; init; }
        public required byte[] ContentHash { get; init; }
        public required string Proposer { get; init; }
        public string? Decider { get; init; }

        /// <exception cref="InvalidDataException">The stored content is not one that this release wrote.</exception>
        public PeopleChange ToChange() => PeopleChange.TryDecode(Content, out var change, out var refusal)
            ? change
            : throw new InvalidDataException($"Change of people {Id}: {refusal}");
    }
}
