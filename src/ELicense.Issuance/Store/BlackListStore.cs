using System.Data.Common;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;

namespace ELicense.Issuance.Store;

/// <summary>The statements of the black list.</summary>
internal sealed class BlackListStore(RegisterTransaction transaction) : IDisposable
{
    /// <summary>The source of this authority's own entries.</summary>
    public const string Own = "";

    private const string Select =
        """
        SELECT id, credit_code, person_mark, identifier, ground, until_day, source, added_by, added_ms, confirmed_by, removed_ms,
            (SELECT file_digest FROM black_list_imports WHERE origin = source ORDER BY issued DESC LIMIT 1) AS file_digest
        FROM black_list
        """;

    private readonly BulkStatement _add = new(
        transaction,
        """
        INSERT INTO black_list (id, credit_code, person_mark, identifier, ground, until_day, source, added_by, confirmed_by, added_ms)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM black_list), @code, @mark, @identifier, @ground, @until, @source, @by, @confirmed, @now)
        """,
        "code", "mark", "identifier", "ground", "until", "source", "by", "confirmed", "now");

    private readonly BulkStatement _bar = new(
        transaction,
        """
        SELECT ground, source FROM black_list
        WHERE (credit_code = @code OR person_mark = @mark) AND until_day >= @today AND removed_ms IS NULL
            AND NOT EXISTS (SELECT 1 FROM black_list_overrides WHERE matter_id = @matter AND content_hash = @hash)
        ORDER BY id LIMIT 1
        """,
        "code", "mark", "today", "matter", "hash");

    // Most enterprises are on no list: one statement says so for a chunk.
    private readonly BulkLookup<string, string> _listed = new(
        transaction, "SELECT DISTINCT credit_code FROM black_list WHERE removed_ms IS NULL AND", "credit_code", reader => (reader.GetString(0), reader.GetString(0)));

    /// <summary>Reads ahead which of the enterprises are on a list.</summary>
    public void Load(IEnumerable<FaceContent> contents) =>
        _listed.Load(contents.Where(content => content.Representative is null).Select(content => content.Face.CreditCode.Value));

    /// <summary>What holds up this content now: its ground and where it comes from; null: nothing, or it was overridden.</summary>
    /// <param name="matterId">0: no matter yet.</param>
    public Refusal? Check(FaceContent content, long matterId, Digest hash, DateTimeOffset now)
    {
        if (content.Representative is null && _listed.Find(content.Face.CreditCode.Value) is null)
            return null;
        var (ground, source) = _bar.Find(
            reader => (reader.GetString(0), reader.GetString(1)),
            content.Face.CreditCode.Value, (content.Representative ?? default).ToArray(), (long)ChinaTime.Today(now).DayNumber, matterId, hash.ToArray());
        return ground is null
            ? null
            : new Refusal(Codes.BlackListed, $"{ground} ({(source.Length == 0 ? "own list" : source)})");
    }

    /// <param name="confirmedBy">Null: imported.</param>
    public void Add(BlackListEntry entry, string source, string person, string? confirmedBy, long nowMs) => _add.Execute(
        entry.Enterprise?.Value, entry.Person?.ToArray(), entry.Identifier.IsEmpty ? null : entry.Identifier.ToArray(), entry.Ground,
        (long)(entry.Until ?? DateOnly.MaxValue).DayNumber, source, person, confirmedBy, nowMs);

    /// <summary>It stays to be read.</summary>
    public void Remove(long id, long nowMs) => transaction.Execute("UPDATE black_list SET removed_ms = @nowMs WHERE id = @id", new { id, nowMs });

    public ListedEntry? Find(long id)
    {
        using var find = new BulkStatement(transaction, $"{Select} WHERE id = @id", "id");
        return find.Find(Read, id);
    }

    public IReadOnlyList<ListedEntry> Find(CreditCode code)
    {
        using var find = new BulkStatement(transaction, $"{Select} WHERE credit_code = @code ORDER BY id", "code");
        return find.List(Read, code.Value);
    }

    public IReadOnlyList<ListedEntry> Find(Digest mark)
    {
        using var find = new BulkStatement(transaction, $"{Select} WHERE person_mark = @mark ORDER BY id", "mark");
        return find.List(Read, mark.ToArray());
    }

    public IReadOnlyList<ListedEntry> List(long after, int limit)
    {
        using var find = new BulkStatement(transaction, $"{Select} WHERE id > @after ORDER BY id LIMIT @limit", "after", "limit");
        return find.List(Read, after, (long)limit);
    }

    /// <summary>Without the identifiers of persons.</summary>
    public IReadOnlyList<BlackListEntry> InForce(string source, DateTimeOffset now)
    {
        using var find = new BulkStatement(
            transaction, $"{Select} WHERE source = @source AND until_day >= @today AND removed_ms IS NULL ORDER BY id", "source", "today");
        return [.. find.List(Read, source, (long)ChinaTime.Today(now).DayNumber).Select(listed => listed.Entry with { Identifier = default })];
    }

    /// <returns>Seconds since 1970 of the newest file of that origin; null: none.</returns>
    public long? LastImport(string origin)
    {
        using var find = new BulkStatement(transaction, "SELECT max(issued) FROM black_list_imports WHERE origin = @origin", "origin");
        return find.Find(reader => reader.IsDBNull(0) ? (long?)null : reader.GetInt64(0), origin);
    }

    public void Replace(ExchangeFile file, Digest digest, string person, long nowMs)
    {
        transaction.Execute("DELETE FROM black_list WHERE source = @Origin", new { file.Origin });
        foreach (var entry in file.Entries)
            Add(entry, file.Origin, person, confirmedBy: null, nowMs);
        using var import = new BulkStatement(
            transaction,
            "INSERT INTO black_list_imports (origin, issued, file_digest, imported_by, imported_ms) VALUES (@origin, @issued, @digest, @by, @now)",
            "origin", "issued", "digest", "by", "now");
        import.Execute(file.Origin, file.Issued, digest.ToArray(), person, nowMs);
    }

    public void AddOverride(BlackListOverride given)
    {
        using var insert = new BulkStatement(
            transaction,
            "INSERT INTO black_list_overrides (matter_id, content_hash, person, ground, given_ms) VALUES (@matter, @hash, @person, @ground, @now)",
            "matter", "hash", "person", "ground", "now");
        insert.Execute(given.MatterId, given.ContentHash.ToArray(), given.Person, given.Ground, given.At.ToUnixTimeMilliseconds());
    }

    public IReadOnlyList<BlackListOverride> Overrides(long matterId)
    {
        using var find = new BulkStatement(
            transaction, "SELECT matter_id, content_hash, person, ground, given_ms FROM black_list_overrides WHERE matter_id = @matter ORDER BY given_ms", "matter");
        return find.List(
            reader => new BlackListOverride(
                reader.GetInt64(0), new Digest(reader.GetFieldValue<byte[]>(1)), reader.GetString(2), reader.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4))),
            matterId);
    }

    public void Dispose()
    {
        _add.Dispose();
        _bar.Dispose();
        _listed.Dispose();
    }

    private static ListedEntry Read(DbDataReader reader)
    {
        CreditCode? code = null;
        if (!reader.IsDBNull(1))
            code = CreditCode.TryParse(reader.GetString(1), out var parsed, out var refusal) ? parsed : throw new InvalidDataException($"Black list: {refusal}");
        Digest? person = reader.IsDBNull(2) ? null : new Digest(reader.GetFieldValue<byte[]>(2));
        var until = DateOnly.FromDayNumber((int)reader.GetInt64(5));
        var entry = new BlackListEntry(code, person, reader.GetString(4), until == DateOnly.MaxValue ? null : until)
        {
            Identifier = reader.IsDBNull(3) ? default(ReadOnlyMemory<byte>) : reader.GetFieldValue<byte[]>(3),
        };
        return new ListedEntry(
            reader.GetInt64(0), entry, reader.GetString(6), reader.GetString(7), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
            reader.IsDBNull(9) ? null : reader.GetString(9), reader.IsDBNull(10) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(10)),
            reader.IsDBNull(11) ? null : new Digest(reader.GetFieldValue<byte[]>(11)));
    }
}
