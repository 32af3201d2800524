using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Trust;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace ELicense.PublicVerification;

/// <summary>What every answer of the role begins with: the newest good view of the publication, and the present.</summary>
internal sealed class VerificationDesk(PublicVerificationOptions options, WorkLimits limits)
{
    public PublicVerificationOptions Options => options;

    public DateTimeOffset Now => options.Clock.GetUtcNow();

    public BilingualText? Authority => options.Follower.View?.Trust.Card.AuthorityName;

    /// <summary>False until the publication has been read once.</summary>
    public bool TryView([NotNullWhen(true)] out PublicationView? view)
    {
        view = options.Follower.View;
        return view is not null;
    }

    /// <summary>A signature was paid for this verdict: what it cost less is given back. What is not there, or not authentic, was paid rightly.</summary>
    public void Settle(HttpContext context, Verdict verdict)
    {
        if (verdict.SeenBefore)
            limits.GiveBack(context, WorkPrice.Signature.Hundredths - WorkPrice.LookUp.Hundredths);
    }

    /// <param name="path">Where the language switch leads; null: to this address without its query.</param>
    public PageContext Page(HttpContext context, string? path = null) => PageContext.Of(context, Now, Authority, path);
}
