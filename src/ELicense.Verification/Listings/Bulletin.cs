using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Listings;

/// <summary>What is announced (公示); the number is that of the look-up's table.</summary>
public enum AnnouncementKind
{
    /// <summary>发照, 变更, 换发: a license version was issued.</summary>
    Issued = 1,

    /// <summary>吊销</summary>
    Revoked = 2,

    /// <summary>注销</summary>
    Cancelled = 3,

    /// <summary>冻结</summary>
    Suspended = 4,

    /// <summary>解冻</summary>
    Resumed = 5,
}

/// <summary>One act on a license.</summary>
/// <param name="Name">That the version bears; null when its face was withdrawn, and then its version is not known either.</param>
/// <param name="Reason">Code of the published table; null: none stated.</param>
/// <param name="Verdict">On the enterprise's newest version, now.</param>
public sealed record Announcement(AnnouncementKind Kind, DateTimeOffset At, CreditCode CreditCode, string? Name, int? Version, string? Reason, VerdictValue Verdict);

/// <param name="Cursor">Where the next page begins; null after the last.</param>
public sealed record Announcements(AnnouncementKind Kind, IReadOnlyList<Announcement> Entries, string? Cursor);

/// <summary>The newest registrations and revocations (公示), the newest first, from the log: by time, and of one time by authority and position.</summary>
public static class Bulletin
{
    public const int PageSize = 20;

    public static string ApiName(this AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.Issued => "issued",
        AnnouncementKind.Revoked => "revoked",
        AnnouncementKind.Cancelled => "cancelled",
        AnnouncementKind.Suspended => "suspended",
        AnnouncementKind.Resumed => "resumed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    /// <param name="views">Of each publication that is followed.</param>
    /// <param name="kind">Null: issued.</param>
    /// <param name="cursor">Of the page before; null: the first page.</param>
    /// <returns>False with malformed.</returns>
    public static bool TryRead(IReadOnlyList<PublicationView> views, string? kind, string? cursor, DateTimeOffset now, out Announcements page, out Refusal refusal)
    {
        page = new Announcements(AnnouncementKind.Issued, [], Cursor: null);
        refusal = default;
        if (kind is not null && !TryParse(kind, out page, out refusal))
            return false;
        long[]? after = null;
        if (cursor is not null && !ListingCursor.TryRead(cursor, 3, out after, out _, out refusal))
            return false;
        var asked = page.Kind;
        var rows = views.SelectMany(view => Rows(view, asked, after))
            .OrderByDescending(row => row.Row.AtMs).ThenByDescending(row => Authority(row.View)).ThenByDescending(row => row.Row.Position)
            .Take(PageSize + 1).ToArray();
        var next = rows.Length <= PageSize ? null
            : ListingCursor.Write(rows[PageSize - 1].Row.AtMs, Authority(rows[PageSize - 1].View), rows[PageSize - 1].Row.Position);
        page = page with { Entries = [.. rows.Take(PageSize).Select(row => Describe(row.View, asked, row.Row, now)).OfType<Announcement>()], Cursor = next };
        return true;
    }

    private static bool TryParse(string kind, out Announcements page, out Refusal refusal)
    {
        (page, refusal) = (new Announcements(AnnouncementKind.Issued, [], Cursor: null), default);
        foreach (var known in Enum.GetValues<AnnouncementKind>())
        {
            page = page with { Kind = known };
            if (known.ApiName() == kind)
                return true;
        }

        refusal = new Refusal(Codes.Malformed, $"kind is {string.Join(", ", Enum.GetValues<AnnouncementKind>().Select(ApiName))}.");
        return false;
    }

    /// <summary>One more than a page, so that it is known whether there is another.</summary>
    private static IEnumerable<(PublicationView View, AnnouncementRow Row)> Rows(PublicationView view, AnnouncementKind kind, long[]? after)
    {
        var (at, position) = (long.MaxValue, long.MaxValue);
        if (after is [var time, var authority, var last])
        {
            // Of one time, what a higher authority did was shown before, and of a lower one nothing yet.
            at = time;
            position = Authority(view) == authority ? last : Authority(view) < authority ? long.MaxValue : 0;
        }

        return view.Lookup.Read(reader => reader.Listings.Announcements(kind, at, position, view.Checkpoint.Size, PageSize + 1)).Select(row => (view, row));
    }

    private static int Authority(PublicationView view) => view.Trust.Card.AuthorityNumber;

    private static Announcement? Describe(PublicationView view, AnnouncementKind kind, AnnouncementRow row, DateTimeOffset now)
    {
        if (view.Lookup.Find(row.Place.List, row.Place.Index) is not { } version || view.VerifyNewest(version.CreditCode, now) is not { } verdict)
            return null;
        var claims = PublicationView.ClaimsOf(version);
        return new Announcement(
            kind, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), version.CreditCode, claims?.Name, claims?.Version, Reasons.Find(row.Reason)?.Code, verdict.Value);
    }
}
