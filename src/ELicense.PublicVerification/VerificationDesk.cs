using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace ELicense.PublicVerification;

/// <summary>What every answer of the role begins with: the newest good view of the publication, and the present.</summary>
internal sealed class VerificationDesk(PublicVerificationOptions options, WorkLimits limits, VerificationMetrics metrics)
{
    public PublicVerificationOptions Options => options;

    public VerificationMetrics Metrics => metrics;

    public WorkLimits Limits => limits;

    public DateTimeOffset Now => options.Clock.GetUtcNow();

    public PublicationViews Views => options.Publications.Views;

    /// <summary>False until the publication that has to be asked has been read once.</summary>
    public bool TryView(Artefact artefact, [NotNullWhen(true)] out PublicationView? view) => Views.TryFind(artefact, out view);

    /// <summary>As above.</summary>
    public bool TryView(CreditCode code, [NotNullWhen(true)] out PublicationView? view) => Views.TryFind(code, out view);

    /// <summary>Counts a verdict. A signature was paid for it: what it cost less is given back. What is not there, or not authentic, was paid rightly.</summary>
    public void Settle(HttpContext context, Verdict verdict)
    {
        metrics.Count(verdict);
        if (verdict.SeenBefore)
            GiveBackSignature(context);
    }

    /// <summary>Charges what a kept answer costs, and counts its verdict.</summary>
    public bool TryCharge(HttpContext context, KeptStatus kept, out IResult? refused)
    {
        metrics.Count(kept.Verdict, remembered: true);
        return limits.TryCharge(context, WorkPrice.Kept.Hundredths, out refused);
    }

    /// <summary>As above, of an OCSP answer.</summary>
    public void Settle(HttpContext context, in OcspReply reply)
    {
        metrics.Count(reply);
        if (reply is { IsNew: false, Kept: not null })
            GiveBackSignature(context);
    }

    private void GiveBackSignature(HttpContext context) => limits.GiveBack(context, WorkPrice.Signature.Hundredths - WorkPrice.LookUp.Hundredths);

    /// <param name="path">Where the language switch leads; null: to this address without its query.</param>
    /// <param name="view">Of the authority that the page tells of; null: it tells of none, and bears a name only where there is but one.</param>
    public PageContext Page(HttpContext context, string? path = null, PublicationView? view = null)
    {
        view ??= options.Publications.Followers is [var only] ? only.View : null;
        return PageContext.Of(context, Now, view?.Trust.Card.AuthorityName, path);
    }
}
