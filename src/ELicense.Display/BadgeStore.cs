using System.Buffers;
using System.Security.Cryptography;
using Dapper;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Verification.Verdicts;
using Microsoft.Data.Sqlite;

namespace ELicense.Display;

/// <summary>A badge: the promise that one site shows one enterprise's license.</summary>
/// <param name="Id">26 characters of lower-case Base32: 128 random bits.</param>
/// <param name="Origin">Scheme, host and port of the registered site.</param>
public sealed record Badge(string Id, CreditCode CreditCode, Uri Origin, DateTimeOffset Created)
{
    /// <summary>host[:port], as a browser's address bar shows it.</summary>
    public string Site => Origin.IsDefaultPort ? Origin.IdnHost : $"{Origin.IdnHost}:{Origin.Port}";

    /// <summary>The enterprise's name: foreign text.</summary>
    public string NameIn(Verdict verdict) => verdict.Face?.Name ?? verdict.Token?.Name ?? CreditCode.Value;
}

/// <summary>The display role's own SQLite database of badges. Good for many threads.</summary>
public sealed class BadgeStore
{
    private const int IdBytes = 16;
    private const int IdLength = 26;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    private readonly string _connection;
    private long _changes;

    private BadgeStore(string connection) => _connection = connection;

    /// <summary>Opens or creates the database file.</summary>
    public static BadgeStore Open(string path)
    {
        var store = new BadgeStore(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString());
        using var database = store.Connect();
        database.Execute(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS badge (
                id TEXT PRIMARY KEY,
                credit_code TEXT NOT NULL,
                origin TEXT NOT NULL,
                created BIGINT NOT NULL,
                UNIQUE (credit_code, origin)
            ) WITHOUT ROWID;
            """);
        return store;
    }

    /// <summary>Other after every write of this process: what was made from the store before may be old.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Registers a badge; the same code and origin again gives the badge that is there.</summary>
    /// <param name="origin">An http or https address; path and query are cut off.</param>
    public Badge Register(CreditCode creditCode, Uri origin, DateTimeOffset now)
    {
        if (!origin.IsAbsoluteUri || (origin.Scheme != Uri.UriSchemeHttps && origin.Scheme != Uri.UriSchemeHttp))
            throw new ArgumentException($"A badge belongs to an http or https address, not to {origin}.", nameof(origin));
        var site = new UriBuilder(origin.Scheme, origin.IdnHost, origin.Port).Uri.GetLeftPart(UriPartial.Authority);
        var id = Base32.Encode(RandomNumberGenerator.GetBytes(IdBytes)).ToLowerInvariant();
        using var database = Connect();
        database.Execute(
            "INSERT INTO badge (id, credit_code, origin, created) VALUES (@id, @code, @site, @created) ON CONFLICT (credit_code, origin) DO NOTHING",
            new { id, code = creditCode.Value, site, created = now.ToUnixTimeMilliseconds() });
        Interlocked.Increment(ref _changes);
        return database.QuerySingle<Row>(
            "SELECT id, credit_code AS CreditCode, origin, created FROM badge WHERE credit_code = @code AND origin = @site", new { code = creditCode.Value, site }).ToBadge();
    }

    public Badge? Find(string id)
    {
        // What cannot be an id is not asked for.
        if (id.Length != IdLength || id.AsSpan().ContainsAnyExcept(IdCharacters))
            return null;
        using var database = Connect();
        return database.QuerySingleOrDefault<Row>("SELECT id, credit_code AS CreditCode, origin, created FROM badge WHERE id = @id", new { id })?.ToBadge();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private sealed record Row(string Id, string CreditCode, string Origin, long Created)
    {
        public Badge ToBadge() => Core.Enterprises.CreditCode.TryParse(CreditCode, out var code, out var refusal)
            ? new Badge(Id, code, new Uri(Origin), DateTimeOffset.FromUnixTimeMilliseconds(Created))
            : throw new InvalidDataException($"Badge {Id}: {refusal}");
    }
}
