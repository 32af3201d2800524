using Dapper;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using Microsoft.Data.Sqlite;

namespace ELicense.Portal.Filings;

/// <summary>A filing that an enterprise made here.</summary>
/// <param name="Digest">Of the whole message: its name in the inbox, and that of its answer.</param>
/// <param name="IsSigned">By the enterprise's own key; else the portal vouches for the TLS login.</param>
/// <param name="IsDelivered">It lies in the inbox, or was taken from there.</param>
/// <param name="Answer">The newest that came; null: none yet.</param>
public sealed record MadeFiling(Digest Digest, int Authority, string Matter, DateTimeOffset At, bool IsSigned, bool IsDelivered, FilingAnswer? Answer);

/// <summary>The portal's own SQLite database: filings of each enterprise, what was not delivered yet, answers that came. Good for many threads and processes.</summary>
public sealed class PortalStore
{
    /// <summary>Of one certificate within 24 hours; the authority takes no more.</summary>
    public const int MostADay = 20;

    /// <summary>On a page.</summary>
    private const int MostShown = 100;

    private const string Columns = "digest, authority, matter, filed_at AS FiledAt, is_signed AS IsSigned, is_delivered AS IsDelivered, answer";

    private readonly string _connection;

    private PortalStore(string connection) => _connection = connection;

    /// <summary>Opens or creates the database file.</summary>
    public static PortalStore Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var store = new PortalStore(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString());
        using var database = store.Connect();
        database.Execute(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS filing (
                digest TEXT PRIMARY KEY,
                credit_code TEXT NOT NULL,
                authority INTEGER NOT NULL,
                matter TEXT NOT NULL,
                certificate TEXT NOT NULL,
                nonce BLOB NOT NULL,
                filed_at INTEGER NOT NULL,
                is_signed INTEGER NOT NULL,
                is_delivered INTEGER NOT NULL DEFAULT 0,
                message BLOB,
                answer BLOB,
                UNIQUE (credit_code, nonce)
            ) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS filing_by_enterprise ON filing (credit_code, filed_at);
            CREATE INDEX IF NOT EXISTS filing_waiting ON filing (authority) WHERE message IS NOT NULL;
            CREATE INDEX IF NOT EXISTS filing_by_certificate ON filing (certificate, filed_at);
            """);
        return store;
    }

    /// <summary>Keeps a filing until it is delivered, and what it was for ever. Codes: filing-limit, filing-repeated.</summary>
    /// <param name="certificate">SHA-256 of the enterprise's certificate.</param>
    /// <param name="message">As it shall lie in the inbox.</param>
    public Refusal? Add(CreditCode code, Filing filing, Digest certificate, bool isSigned, byte[] message, DateTimeOffset now)
    {
        using var database = Connect();
        // IMMEDIATE (sqlite.org/lang_transaction.html): two that are counted together are not both the last one that is allowed.
        using var transaction = database.BeginTransaction(deferred: false);
        var day = new { certificate = certificate.ToString(), since = (now - TimeSpan.FromDays(1)).ToUnixTimeMilliseconds() };
        if (database.ExecuteScalar<long>("SELECT count(*) FROM filing WHERE certificate = @certificate AND filed_at > @since", day, transaction) >= MostADay)
            return new Refusal(Codes.FilingLimit, $"At most {MostADay} filings within 24 hours.");
        var added = database.Execute(
            """
            INSERT INTO filing (digest, credit_code, authority, matter, certificate, nonce, filed_at, is_signed, message)
            VALUES (@digest, @code, @authority, @matter, @certificate, @nonce, @at, @isSigned, @message) ON CONFLICT DO NOTHING
            """,
            new
            {
                digest = Digest.Of(message).ToString(),
                code = code.Value,
                authority = filing.Authority,
                matter = filing.Matter,
                certificate = certificate.ToString(),
                nonce = filing.Nonce.ToArray(),
                at = now.ToUnixTimeMilliseconds(),
                isSigned,
                message,
            },
            transaction);
        transaction.Commit();
        return added == 1 ? null : new Refusal(Codes.FilingRepeated, "This filing was made before.");
    }

    /// <summary>Those that are to be delivered to this authority.</summary>
    public IReadOnlyList<byte[]> Waiting(int authority)
    {
        using var database = Connect();
        return [.. database.Query<byte[]>("SELECT message FROM filing WHERE authority = @authority AND message IS NOT NULL", new { authority })];
    }

    public void MarkDelivered(Digest filing)
    {
        using var database = Connect();
        database.Execute("UPDATE filing SET message = NULL, is_delivered = 1 WHERE digest = @digest", new { digest = filing.ToString() });
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<MadeFiling> Of(CreditCode code)
    {
        using var database = Connect();
        return
        [
            .. database.Query<Row>($"SELECT {Columns} FROM filing WHERE credit_code = @code ORDER BY filed_at DESC LIMIT {MostShown}", new { code = code.Value })
                .Select(row => row.ToFiling()),
        ];
    }

    /// <param name="jws">An answer whose signature was found right.</param>
    public void Keep(Digest filing, byte[] jws)
    {
        using var database = Connect();
        database.Execute("UPDATE filing SET answer = @jws WHERE digest = @digest", new { digest = filing.ToString(), jws });
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private sealed record Row(string Digest, long Authority, string Matter, long FiledAt, long IsSigned, long IsDelivered, byte[]? Answer)
    {
        public MadeFiling ToFiling() => Core.Digest.TryParseHex(Digest, out var digest)
            ? new MadeFiling(digest, (int)Authority, Matter, DateTimeOffset.FromUnixTimeMilliseconds(FiledAt), IsSigned != 0, IsDelivered != 0, Read(Answer))
            : throw new InvalidDataException($"{Digest} is no digest of a filing.");

        // It was verified before it was kept; keys may have gone since.
        private static FilingAnswer? Read(byte[]? jws)
        {
            if (jws is null)
                return null;
            return Jws.TryParse(jws, FilingAnswer.MaxJwsBytes, out var signed, out var refusal) && FilingAnswer.TryDecodeJson(signed.Payload, out var answer, out refusal)
                ? answer
                : throw new InvalidDataException($"A kept answer: {refusal}");
        }
    }
}
