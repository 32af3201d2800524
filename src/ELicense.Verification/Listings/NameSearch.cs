using System.Diagnostics;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Listings;

/// <summary>An enterprise whose name was searched for, as its newest license version says.</summary>
/// <param name="FormerName">The name that was found, when the newest version has another.</param>
/// <param name="AsOf">Of the standing that the verdict is about.</param>
public sealed record FoundEnterprise(CreditCode CreditCode, string Name, string? FormerName, VerdictValue Verdict, DateTimeOffset AsOf);

/// <param name="Cursor">Where the next page begins; null after the last. A page may be short, or empty, before the last.</param>
public sealed record FoundEnterprises(IReadOnlyList<FoundEnterprise> Enterprises, string? Cursor);

/// <summary>
/// Enterprises by name: first those whose name is what was searched for, then those that begin with it, both in the order of names; then those that have it further on, in the
/// order of their places. Each is found once, by its latest name that fits. What one page may cost is bounded: after a time it ends where it is, and the cursor goes on from there.
/// </summary>
public static class NameSearch
{
    public const int PageSize = 20;

    /// <summary>Places looked through at a time: some 10 ms where two frequent pairs seldom meet.</summary>
    private const long Stretch = 1 << 17;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <param name="views">Of each publication that is followed.</param>
    /// <param name="cursor">Of the page before; null: the first page.</param>
    /// <returns>False with name-length or malformed.</returns>
    public static bool TryFind(IReadOnlyList<PublicationView> views, string? name, string? cursor, DateTimeOffset now, out FoundEnterprises found, out Refusal refusal)
    {
        found = new FoundEnterprises([], Cursor: null);
        var text = NameFolding.Fold(name ?? "");
        if (NameFolding.Length(text) is < NameFolding.Shortest or > NameFolding.Longest)
        {
            refusal = new Refusal(Codes.NameLength, $"A name to search for has {NameFolding.Shortest} to {NameFolding.Longest} letters and digits.");
            return false;
        }

        var steps = views.Select(view => new Step(Step.Beginning, view)).Concat(views.Select(view => new Step(Step.Containing, view))).ToArray();
        if (!TryBegin(steps, cursor, out var first, out refusal))
            return false;
        var rows = new List<(PublicationView View, NameRow Row)>();
        var stop = Stopwatch.GetTimestamp() + (long)(Longest.TotalSeconds * Stopwatch.Frequency);
        string? next = null;
        for (var i = first; i < steps.Length && next is null; i++)
            next = steps[i].Take(text, rows, stop);
        found = new FoundEnterprises([.. rows.Select(row => Describe(row.View, row.Row, text, now)).OfType<FoundEnterprise>()], next);
        return true;
    }

    private static bool TryBegin(Step[] steps, string? cursor, out int first, out Refusal refusal)
    {
        (first, refusal) = (0, default);
        if (cursor is null)
            return true;
        if (!ListingCursor.TryRead(cursor, 3, out var at, out var folded, out refusal))
            return false;
        first = Array.FindIndex(steps, step => step.Phase == at[0] && step.Authority == at[1]);
        if (first < 0)
        {
            refusal = ListingCursor.Unreadable;
            return false;
        }

        (steps[first].Place, steps[first].Folded) = (at[2], folded);
        return true;
    }

    /// <summary>Null when its face was withdrawn: then it has no name any more.</summary>
    private static FoundEnterprise? Describe(PublicationView view, NameRow row, string text, DateTimeOffset now)
    {
        if (view.VerifyNewest(row.CreditCode, now) is not { Token: { } newest } verdict)
            return null;
        var former = NameFolding.Fold(newest.Name).Contains(text, StringComparison.Ordinal) ? null : view.NameAt(row.Place.List, row.Place.Index);
        return new FoundEnterprise(row.CreditCode, newest.Name, former, verdict.Value, view.AsOf);
    }

    /// <summary>One way to look in one publication, and what it goes on after.</summary>
    private sealed class Step(int phase, PublicationView view)
    {
        public const int Beginning = 0;
        public const int Containing = 1;

        public int Phase => phase;

        public int Authority => view.Trust.Card.AuthorityNumber;

        public long Place { get; set; } = -1;

        public string Folded { get; set; } = "";

        /// <summary>Fills the page.</summary>
        /// <returns>The cursor when there is, or may be, more.</returns>
        public string? Take(string text, List<(PublicationView View, NameRow Row)> page, long stop) => view.Lookup.Read(reader =>
        {
            if (phase == Beginning)
                return Keep(reader.Listings.Beginning(text, Folded, Place, view.Checkpoint.Size, Room(page) + 1), page) ? Cursor() : null;
            for (var last = reader.Listings.LastPlace(); Place < last; Place = Math.Min(last, Place + Stretch))
            {
                if (Keep(reader.Listings.Containing(text, Place, Math.Min(last, Place + Stretch), view.Checkpoint.Size, Room(page) + 1), page))
                    return Cursor();
                if (Stopwatch.GetTimestamp() > stop && Place + Stretch < last)
                {
                    Place += Stretch;
                    return Cursor();
                }
            }

            return null;
        });

        private static int Room(List<(PublicationView View, NameRow Row)> page) => PageSize - page.Count;

        /// <returns>Whether there was more than the page has room for.</returns>
        private bool Keep(List<NameRow> rows, List<(PublicationView View, NameRow Row)> page)
        {
            var room = Room(page);
            foreach (var row in rows.Take(room))
                page.Add((view, row));
            if (rows.Count <= room)
                return false;
            if (room > 0)
                (Place, Folded) = (rows[room - 1].Place.Number, rows[room - 1].Folded);
            return true;
        }

        private string Cursor() => phase == Beginning ? ListingCursor.Write(phase, Authority, Place, Folded) : ListingCursor.Write(phase, Authority, Place);
    }
}
