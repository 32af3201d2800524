using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Display.Sites;

/// <summary>
/// Sites of enterprises, and pages alone (网站亮照): registered, proven, paused, moved, deleted; each by its own enterprise only. A site's badge is in use while control of the site is shown, at first by the enterprise,
/// later at every look of the watch. Good for many threads and for several processes over one store.
/// </summary>
public sealed class SiteRegistry(BadgeStore store, SiteSettings settings, Uri service, TimeProvider clock)
{
    /// <summary>Of one enterprise, deleted ones not counted.</summary>
    public const int MostSites = 50;

    /// <summary>Within which control is shown for the first time.</summary>
    public static readonly TimeSpan ChallengeLife = TimeSpan.FromDays(7);

    /// <summary>A site that answers without the proof keeps its badge for so long: a change of the site's software may have taken the file away.</summary>
    internal static readonly TimeSpan LongestMissing = TimeSpan.FromHours(24);

    /// <summary>A site that does not answer keeps its badge for so long: nobody sees it there.</summary>
    internal static readonly TimeSpan LongestAway = TimeSpan.FromDays(7);

    internal static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(24);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromHours(1);

    private readonly SiteProof _proof = new(settings, service, clock);

    /// <summary>After which what was refused with this code may be asked for again; null: waiting does not help.</summary>
    public static TimeSpan? RetryAfter(string code) => code switch
    {
        Codes.SiteTooSoon => BetweenTries,
        Codes.SiteChecks => SiteAllowance.Checks.Every,
        Codes.SiteRegistrations => SiteAllowance.Registrations.Every,
        _ => null,
    };

    public IReadOnlyList<Site> Of(CreditCode enterprise) => store.SitesOf(enterprise);

    /// <summary>Null: the enterprise has no such site.</summary>
    public Site? Find(CreditCode enterprise, string id) => store.FindSite(id) is { } site && site.Badge.CreditCode == enterprise && site.Badge.State != SiteState.Deleted ? site : null;

    /// <summary>A pending site with a new challenge; one that is there already as it is, but a challenge that ended is made anew.</summary>
    /// <param name="address">Of the page that will show the badge; foreign text.</param>
    /// <param name="scope">Whether the badge is for the whole site or for that page alone.</param>
    /// <param name="refusal">site-address, site-limit, site-registrations.</param>
    public bool TryRegister(CreditCode enterprise, string address, SiteScope scope, [NotNullWhen(true)] out Site? site, out Refusal refusal)
    {
        site = null;
        if (!SiteAddress.TryParse(address, scope, settings, out var page, out refusal))
            return false;
        var now = clock.GetUtcNow();
        if (!store.TryAdd(enterprise, page, scope, now + ChallengeLife, now, MostSites, out site, out var bound))
        {
            refusal = new Refusal(bound, bound == Codes.SiteLimit ? $"The enterprise has {MostSites} sites already." : "The enterprise has registered too many sites within a day.");
            return false;
        }

        if (site.Badge.State == SiteState.Pending && now >= site.ChallengeUntil)
            site = store.Challenge(site, site.Page, now + ChallengeLife);
        return true;
    }

    /// <summary>The badge is shown elsewhere. That of a whole site stays in use within it; on another one, and of a page alone, control is to be shown anew.</summary>
    /// <param name="refusal">not-found, site-address, state-conflict (another badge of the enterprise is for that site or page).</param>
    public bool TryMove(CreditCode enterprise, string id, string address, [NotNullWhen(true)] out Site? site, out Refusal refusal)
    {
        site = Find(enterprise, id);
        if (site is null)
        {
            refusal = NoSite(id);
            return false;
        }

        var (scope, own) = (site.Badge.Scope, site.Badge.Id);
        if (!SiteAddress.TryParse(address, scope, settings, out var page, out refusal))
            return false;
        if (Of(enterprise).Any(other => IsFor(other, page, scope) && other.Badge.Id != own))
        {
            refusal = new Refusal(Codes.StateConflict, "Another badge of the enterprise is registered for that site or page.");
            return false;
        }

        site = IsFor(site, page, scope) ? store.Turn(site, page) : store.Challenge(site, page, clock.GetUtcNow() + ChallengeLife);
        return true;
    }

    /// <summary>Looks at the site now. When control is shown the badge is in use: at first, after a pause, after a loss.</summary>
    /// <param name="method">Not <see cref="SiteMethod.Operator"/>.</param>
    /// <returns>Null: it is in use. Else not-found, site-method (file and DNS show control of a whole site), site-too-soon, site-checks, site-proof-expired, site-proof-missing, or why the site was not to be had.</returns>
    public async Task<Refusal?> ProveAsync(CreditCode enterprise, string id, SiteMethod method, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)method, (int)SiteMethod.Operator);
        var now = clock.GetUtcNow();
        if (Find(enterprise, id) is not { } site)
            return NoSite(id);
        if (site.Badge.Scope == SiteScope.Page && method != SiteMethod.Meta)
            return new Refusal(Codes.SiteMethod, "Control of a page alone is shown by the meta element in it.");
        if (site.Badge.State == SiteState.Pending && now >= site.ChallengeUntil)
            return new Refusal(Codes.SiteProofExpired, "The text to prove with ended; register the address again.");
        if (store.Begin(site, now, now - BetweenTries) is { } bound)
            return new Refusal(bound, bound == Codes.SiteTooSoon ? $"The site was looked at less than {BetweenTries.TotalSeconds:0} s ago." : "The enterprise has had its sites checked too often.");
        var findings = await _proof.LookAsync(site, method, cancellation);
        store.Record(Settle(site, method, findings, proves: true));
        return findings.Control;
    }

    /// <returns>Null: paused. Else not-found or state-conflict.</returns>
    public Refusal? Pause(CreditCode enterprise, string id) =>
        Find(enterprise, id) is not { } site ? NoSite(id)
        : store.TryChange(site, SiteState.Proven, SiteState.Paused) ? null
        : new Refusal(Codes.StateConflict, "Only a badge in use is paused.");

    /// <summary>For good: the badge says from now on that it is not in use, wherever it still is.</summary>
    /// <returns>Null: deleted. Else not-found.</returns>
    public Refusal? Delete(CreditCode enterprise, string id) =>
        Find(enterprise, id) is { } site && store.TryChange(site, site.Badge.State, SiteState.Deleted) ? null : NoSite(id);

    /// <summary>HTML for the site.</summary>
    public string Snippet(Site site) => BadgeSnippet.Html(site.Badge, service);

    public Uri ConfirmationPage(Site site) => BadgeSnippet.Page(site.Badge, service);

    /// <summary>Pictures of the site's badge that were served in the last 30 days.</summary>
    public long Pictures(Site site) => store.Views(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-30)).GetValueOrDefault(site.Badge.Id);

    /// <summary>What looks at the site found, the newest first.</summary>
    public IReadOnlyList<SiteLook> History(Site site) => store.History(site.Badge.Id);

    /// <summary>What the watch does with a site whose turn has come.</summary>
    /// <param name="statementCurrent">Null: not known.</param>
    internal async Task LookAgainAsync(Site site, bool? statementCurrent, CancellationToken cancellation)
    {
        var method = site.Method!.Value;
        store.Record(Settle(site with { StatementCurrent = statementCurrent }, method, await _proof.LookAsync(site, method, cancellation), proves: false));
    }

    private static bool IsFor(Site site, Uri page, SiteScope scope) => site.Badge.Origin == SiteAddress.OriginOf(page) && site.Badge.Path == (scope == SiteScope.Page ? page.AbsolutePath : null);

    /// <param name="proves">Whether control, when shown, puts the badge in use; the watch only keeps it so.</param>
    private SiteRecord Settle(Site site, SiteMethod method, SiteFindings findings, bool proves)
    {
        var now = clock.GetUtcNow();
        if (findings.Control is { } missing)
        {
            // A check that the enterprise asks for, by another method perhaps, takes nothing away.
            var failures = proves ? site.Failures : site.Failures + 1;
            var longest = missing.Code == Codes.SiteProofMissing ? LongestMissing : LongestAway;
            // Not by one look, however late it came.
            var isLost = !proves && site.Badge.State == SiteState.Proven && failures > 1 && now - (site.Confirmed ?? site.Badge.Created) > longest;
            var retry = FirstRetry * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
            return new SiteRecord(
                site, isLost ? SiteState.Lost : site.Badge.State, site.Method, site.Proven, site.Confirmed, now, now + Jittered(retry < BetweenLooks ? retry : BetweenLooks), failures, site.BadgeSeen,
                site.StatementCurrent, missing.Code);
        }

        return new SiteRecord(
            site, proves ? SiteState.Proven : site.Badge.State, method, site.Proven ?? now, now, now, now + Jittered(BetweenLooks), Failures: 0, findings.BadgeSeen, site.StatementCurrent, findings.Page?.Code);
    }

    // Sites that were registered together are not looked at together for ever.
    private static TimeSpan Jittered(TimeSpan time) => time * (0.9 + (0.2 * Random.Shared.NextDouble()));

    private static Refusal NoSite(string id) => new(Codes.NotFound, $"The enterprise has no site {(id.Length <= 64 ? id : "of that name")}.");
}

/// <summary>What a look at a site changes.</summary>
internal sealed record SiteRecord(
    Site Before, SiteState State, SiteMethod? Method, DateTimeOffset? Proven, DateTimeOffset? Confirmed, DateTimeOffset Checked, DateTimeOffset Next, int Failures, bool? BadgeSeen,
    bool? StatementCurrent, string? Trouble);
