using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.PublicVerification.Receipts;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ELicense.PublicVerification;

/// <summary>An answer to GET …/status; until when it is kept, time alone does not change it.</summary>
internal sealed class KeptStatus(string target, VerdictValue verdict, byte[] body, PublicationViews views, DateTimeOffset from, DateTimeOffset until)
    : KeptAnswer(target, body, JsonType, Revalidated, views, from, until)
{
    private static readonly StringValues JsonType = VerificationApi.Json;
    private static readonly StringValues Revalidated = VerificationApi.Revalidated;

    public VerdictValue Verdict => verdict;
}

/// <summary>Answers to GET …/status, of some 700 bytes each.</summary>
internal sealed class KeptStatuses(VerificationDesk desk)
{
    private const string Start = "/api/v1/licenses/";
    private const string End = "/status";

    private static readonly StringValues Accept = "Accept";

    private readonly KeptAnswers<KeptStatus> _answers = new();

    public KeptRoute Route => new(Start, TryAnswer);

    /// <summary>Keeps the answer to the request as it is usually written; another spelling is answered and not kept.</summary>
    public void Keep(HttpContext context, CreditCode code, Verdict verdict, byte[] body, PublicationViews views, PublicationView view, DateTimeOffset now)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length == Start.Length + code.Value.Length + End.Length && target.AsSpan(Start.Length).StartsWith(code.Value, StringComparison.Ordinal) && target.EndsWith(End, StringComparison.Ordinal))
            _answers.Keep(new KeptStatus(target, verdict.Value, body, views, now, verdict.HoldsUntil(view.Trust.Card.MaxAge, now)));
    }

    private bool TryAnswer(HttpContext context, string target, [NotNullWhen(true)] out Task? answering)
    {
        answering = null;
        if (!target.EndsWith(End, StringComparison.Ordinal) || (context.Request.Headers.Accept.Count > 0 && ReceiptDesk.IsWanted(context.Request))
            || _answers.Find(target, desk.Views, desk.Now) is not { } kept)
            return false;
        if (!desk.TryCharge(context, kept, out var refused))
        {
            answering = refused!.ExecuteAsync(context);
            return true;
        }

        context.Response.Headers.Vary = Accept;
        answering = kept.WriteAsync(context);
        return true;
    }
}
