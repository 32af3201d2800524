using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;

namespace ELicense.Display;

/// <summary>A badge with the verdict, now, on the newest version of its license.</summary>
public sealed record JudgedBadge(Badge Badge, PublicationView View, Verdict Verdict, DateTimeOffset Now)
{
    public string Name => Badge.NameIn(Verdict);

    /// <summary>The license is good, and whose the site is now nobody knows. A standing that warns is said whatever the site is.</summary>
    public bool IsUnconfirmed => Verdict.Value == VerdictValue.Valid && Badge.IsUnconfirmed(Now);

    /// <summary>The picture shows the license's standing and its day: of a badge that is not in use, or unconfirmed, it would be taken for the site's.</summary>
    public bool SaysStanding => Badge.IsInUse && !IsUnconfirmed;

    /// <param name="refused">404 for a badge or a license that is not known, 503 while there is no publication to ask.</param>
    internal static bool TryFind(string id, DisplayOptions options, PublicationViews views, [NotNullWhen(true)] out JudgedBadge? judged, [NotNullWhen(false)] out IResult? refused)
    {
        (judged, refused) = (null, null);
        var now = options.Clock.GetUtcNow();
        if (options.Badges.Find(id) is not { } badge)
            refused = NotFound();
        else if (!views.TryFind(badge.CreditCode, out var view))
            refused = Problem.NotReady();
        else if (view.VerifyNewest(badge.CreditCode, now) is not { } verdict)
            refused = NotFound();
        else
            judged = new JudgedBadge(badge, view, verdict, now);
        return judged is not null;
    }

    private static IResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
}
