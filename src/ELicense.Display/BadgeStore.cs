using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Dapper;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Display.Sites;
using Microsoft.Data.Sqlite;

namespace ELicense.Display;

/// <summary>The display role's own SQLite database of badges and their sites. Good for many threads, and for several processes.</summary>
public sealed class BadgeStore
{
    private const int IdBytes = 16;
    private const int IdLength = 26;
    private const int ChallengeBytes = 20;

    private const string Columns =
        """
        id, credit_code AS CreditCode, origin, path, page, created, state, method, challenge, challenge_until AS ChallengeUntil, proven, confirmed, checked, failures,
        badge_seen AS BadgeSeen, statement_current AS StatementCurrent, trouble
        """;

    private const string UpdateAfterLook =
        """
        UPDATE site SET state = @state, method = @method, proven = @proven, confirmed = @confirmed, checked = @checked, next_check = @next, failures = @failures, badge_seen = @seen, statement_current = @current, trouble = @trouble
        WHERE id = @id AND state = @before AND origin = @origin AND challenge = @challenge
        """;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    private readonly string _connection;
    private long _changes;

    private BadgeStore(string connection) => _connection = connection;

    /// <summary>Opens or creates the database file.</summary>
    public static BadgeStore Open(string path)
    {
        var store = new BadgeStore(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString());
        using var database = store.Connect();
        database.Execute("PRAGMA journal_mode = WAL");
        using var migration = database.BeginTransaction(deferred: false);
        BadgeTables.Migrate(database, migration);
        migration.Commit();
        SiteHistory.Create(database);
        SiteAllowance.Create(database);
        return store;
    }

    /// <summary>Other after every write of this process: what was made from the store before may be old.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Registers a badge for a whole site on the operator's word, in use at once; the same code and origin again gives the badge that is there.</summary>
    /// <param name="origin">An http or https address; path and query are cut off.</param>
    public Badge Register(CreditCode creditCode, Uri origin, DateTimeOffset now)
    {
        if (!origin.IsAbsoluteUri || (origin.Scheme != Uri.UriSchemeHttps && origin.Scheme != Uri.UriSchemeHttp))
            throw new ArgumentException($"A badge belongs to an http or https address, not to {origin}.", nameof(origin));
        var page = new UriBuilder(origin.Scheme, origin.IdnHost, origin.Port).Uri;
        using var database = Connect();
        using var registration = database.BeginTransaction(deferred: false);
        var site = FindSite(database, registration, creditCode, page, SiteScope.Origin)
            ?? Insert(database, registration, creditCode, page, SiteScope.Origin, SiteState.Proven, SiteMethod.Operator, until: now, now);
        registration.Commit();
        Interlocked.Increment(ref _changes);
        return site.Badge;
    }

    public Badge? Find(string id) => FindSite(id)?.Badge;

    internal Site? FindSite(string id)
    {
        // What cannot be an id is not asked for.
        if (id.Length != IdLength || id.AsSpan().ContainsAnyExcept(IdCharacters))
            return null;
        using var database = Connect();
        return database.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM site WHERE id = @id", new { id })?.ToSite();
    }

    /// <summary>Oldest first, without deleted ones.</summary>
    internal IReadOnlyList<Site> SitesOf(CreditCode enterprise) => Query("credit_code = @code AND state <> 'deleted' ORDER BY created, id", new { code = enterprise.Value });

    /// <summary>All that are not deleted.</summary>
    public IReadOnlyList<Site> AllSites() => Query("state <> 'deleted' ORDER BY credit_code, created, id", new { });

    /// <summary>Sites in use whose turn has come, the longest waiting first.</summary>
    internal IReadOnlyList<Site> Due(DateTimeOffset now, int most) =>
        Query("state = 'proven' AND next_check <= @now ORDER BY next_check LIMIT @most", new { now = now.ToUnixTimeMilliseconds(), most });

    /// <summary>A pending site; one that is there already as it is. However many register at a time, nobody gets past a bound.</summary>
    /// <param name="most">Of the enterprise, deleted ones not counted.</param>
    /// <param name="bound">site-limit, site-registrations.</param>
    internal bool TryAdd(
        CreditCode enterprise, Uri page, SiteScope scope, DateTimeOffset until, DateTimeOffset now, int most, [NotNullWhen(true)] out Site? site, [NotNullWhen(false)] out string? bound)
    {
        using var database = Connect();
        using var registration = database.BeginTransaction(deferred: false);
        bound = null;
        site = FindSite(database, registration, enterprise, page, scope);
        if (site is not null)
            return true;
        if (database.QuerySingle<int>("SELECT COUNT(*) FROM site WHERE credit_code = @code AND state <> 'deleted'", new { code = enterprise.Value }, registration) >= most)
            bound = Codes.SiteLimit;
        else if (!SiteAllowance.Registrations.TryTake(database, registration, enterprise, now))
            bound = Codes.SiteRegistrations;
        if (bound is not null)
            return false;
        site = Insert(database, registration, enterprise, page, scope, SiteState.Pending, method: null, until, now);
        registration.Commit();
        Interlocked.Increment(ref _changes);
        return true;
    }

    /// <summary>The site is pending, at that page, with a new challenge.</summary>
    internal Site Challenge(Site site, Uri page, DateTimeOffset until) => Update(
        site,
        """
        state = 'pending', origin = @origin, path = @path, page = @page, challenge = @challenge, challenge_until = @until, method = NULL, proven = NULL, confirmed = NULL, failures = 0,
        badge_seen = NULL, statement_current = NULL, trouble = NULL
        """,
        new { id = site.Badge.Id, origin = OriginOf(page), path = PathOf(page, site.Badge.Scope), page = page.AbsoluteUri, challenge = Random(ChallengeBytes), until = until.ToUnixTimeMilliseconds() });

    /// <summary>The badge of a whole site is shown on another page of it.</summary>
    internal Site Turn(Site site, Uri page) => Update(site, "page = @page, badge_seen = NULL", new { id = site.Badge.Id, page = page.AbsoluteUri });

    /// <summary>Claims a look at the site that its enterprise asks for.</summary>
    /// <returns>Null: claimed. Else site-too-soon (there was one after <paramref name="last"/>), site-checks.</returns>
    internal string? Begin(Site site, DateTimeOffset now, DateTimeOffset last)
    {
        using var database = Connect();
        using var both = database.BeginTransaction(deferred: false);
        var values = new { id = site.Badge.Id, now = now.ToUnixTimeMilliseconds(), last = last.ToUnixTimeMilliseconds() };
        if (database.Execute("UPDATE site SET checked = @now WHERE id = @id AND (checked IS NULL OR checked <= @last)", values, both) == 0)
            return Codes.SiteTooSoon;
        if (!SiteAllowance.Checks.TryTake(database, both, site.Badge.CreditCode, now))
            return Codes.SiteChecks;
        both.Commit();
        Interlocked.Increment(ref _changes);
        return null;
    }

    /// <summary>Claims a turn of the watch: of several processes one gets it, and after a crash it comes again at <paramref name="next"/>.</summary>
    internal bool TryClaim(Site site, DateTimeOffset now, DateTimeOffset next) => Execute(
        "UPDATE site SET next_check = @next WHERE id = @id AND state = 'proven' AND next_check <= @now",
        new { id = site.Badge.Id, now = now.ToUnixTimeMilliseconds(), next = next.ToUnixTimeMilliseconds() }) == 1;

    /// <summary>False when the state was another.</summary>
    internal bool TryChange(Site site, SiteState from, SiteState to) => Execute(
        "UPDATE site SET state = @to WHERE id = @id AND state = @from", new { id = site.Badge.Id, from = Name(from), to = Name(to) }) == 1;

    /// <summary>What looks at the site found, the newest first.</summary>
    public IReadOnlyList<SiteLook> History(string id)
    {
        using var database = Connect();
        return SiteHistory.Of(database, id);
    }

    /// <summary>Keeps what a look found, unless the enterprise changed the site meanwhile.</summary>
    internal void Record(SiteRecord look)
    {
        using var database = Connect();
        using var both = database.BeginTransaction(deferred: false);
        if (database.Execute(UpdateAfterLook, Values(look), both) == 1)
            SiteHistory.Add(database, both, look);
        both.Commit();
        Interlocked.Increment(ref _changes);
    }

    /// <summary>Adds to the pictures that were asked for on a day.</summary>
    internal void AddViews(IReadOnlyDictionary<string, long> pictures, DateOnly day, DateOnly keptFrom)
    {
        using var database = Connect();
        using var all = database.BeginTransaction(deferred: false);
        foreach (var (id, count) in pictures)
        {
            database.Execute(
                "INSERT INTO view (badge, day, pictures) VALUES (@id, @day, @count) ON CONFLICT (badge, day) DO UPDATE SET pictures = pictures + excluded.pictures",
                new { id, day = day.DayNumber, count }, all);
        }

        database.Execute("DELETE FROM view WHERE day < @from", new { from = keptFrom.DayNumber }, all);
        all.Commit();
    }

    /// <summary>Pictures that were asked for on a day and after it, by badge; those without any are not in it.</summary>
    public IReadOnlyDictionary<string, long> Views(DateOnly from)
    {
        using var database = Connect();
        return database.Query<(string Badge, long Pictures)>("SELECT badge, SUM(pictures) FROM view WHERE day >= @from GROUP BY badge", new { from = from.DayNumber })
            .ToDictionary(row => row.Badge, row => row.Pictures, StringComparer.Ordinal);
    }

    private static Site? FindSite(SqliteConnection database, SqliteTransaction transaction, CreditCode enterprise, Uri page, SiteScope scope) => database.QuerySingleOrDefault<Row>(
        $"SELECT {Columns} FROM site WHERE credit_code = @code AND origin = @origin AND path = @path AND state <> 'deleted'",
        new { code = enterprise.Value, origin = OriginOf(page), path = PathOf(page, scope) }, transaction)?.ToSite();

    private static Site Insert(
        SqliteConnection database, SqliteTransaction transaction, CreditCode enterprise, Uri page, SiteScope scope, SiteState state, SiteMethod? method, DateTimeOffset until, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        database.Execute(
            """
            INSERT INTO site (id, credit_code, origin, path, page, created, state, method, challenge, challenge_until, proven)
                VALUES (@id, @code, @origin, @path, @page, @at, @state, @method, @challenge, @until, @proven)
            """,
            new
            {
                id = Random(IdBytes),
                code = enterprise.Value,
                origin = OriginOf(page),
                path = PathOf(page, scope),
                page = page.AbsoluteUri,
                at,
                state = Name(state),
                method = method is { } one ? Name(one) : null,
                challenge = Random(ChallengeBytes),
                until = until.ToUnixTimeMilliseconds(),
                proven = state == SiteState.Proven ? at : (long?)null,
            },
            transaction);
        return FindSite(database, transaction, enterprise, page, scope)!;
    }

    private Site Update(Site site, string columns, object values)
    {
        Execute($"UPDATE site SET {columns} WHERE id = @id AND state <> 'deleted'", values);
        return FindSite(site.Badge.Id)!;
    }

    private int Execute(string command, object values)
    {
        using var database = Connect();
        var rows = database.Execute(command, values);
        Interlocked.Increment(ref _changes);
        return rows;
    }

    private List<Site> Query(string condition, object values)
    {
        using var database = Connect();
        return [.. database.Query<Row>($"SELECT {Columns} FROM site WHERE {condition}", values).Select(row => row.ToSite())];
    }

    private static object Values(SiteRecord look) => new
    {
        id = look.Before.Badge.Id,
        before = Name(look.Before.Badge.State),
        origin = OriginOf(look.Before.Badge.Origin),
        challenge = look.Before.Challenge,
        state = Name(look.State),
        method = look.Method is { } method ? Name(method) : null,
        proven = look.Proven?.ToUnixTimeMilliseconds(),
        confirmed = look.Confirmed?.ToUnixTimeMilliseconds(),
        @checked = look.Checked.ToUnixTimeMilliseconds(),
        next = look.Next.ToUnixTimeMilliseconds(),
        failures = look.Failures,
        seen = look.BadgeSeen,
        current = look.StatementCurrent,
        trouble = look.Trouble,
    };

    private static string Random(int bytes) => Base32.Encode(RandomNumberGenerator.GetBytes(bytes)).ToLowerInvariant();

    private static string OriginOf(Uri page) => page.GetLeftPart(UriPartial.Authority);

    private static string PathOf(Uri page, SiteScope scope) => scope == SiteScope.Page ? page.AbsolutePath : "";

    private static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private sealed record Row(
        string Id, string CreditCode, string Origin, string Path, string Page, long Created, string State, string? Method, string Challenge, long ChallengeUntil, long? Proven, long? Confirmed, long? Checked,
        long Failures, long? BadgeSeen, long? StatementCurrent, string? Trouble)
    {
        public Site ToSite() => Core.Enterprises.CreditCode.TryParse(CreditCode, out var code, out var refusal)
            ? new Site(
                new Badge(Id, code, new Uri(Origin), Path.Length == 0 ? null : Path, Instant(Created), Enum.Parse<SiteState>(State, ignoreCase: true), ShownBy is SiteMethod.Operator ? null : Instant(Confirmed)),
                new Uri(Page), ShownBy, Challenge, Instant(ChallengeUntil), Instant(Proven), Instant(Confirmed), Instant(Checked), (int)Failures,
                Truth(BadgeSeen), Truth(StatementCurrent), Trouble)
            : throw new InvalidDataException($"Badge {Id}: {refusal}");

        private SiteMethod? ShownBy => Method is null ? null : Enum.Parse<SiteMethod>(Method, ignoreCase: true);

        private static bool? Truth(long? value) => value is { } said ? said == 1 : null;

        private static DateTimeOffset Instant(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

        private static DateTimeOffset? Instant(long? at) => at is { } time ? Instant(time) : null;
    }
}
