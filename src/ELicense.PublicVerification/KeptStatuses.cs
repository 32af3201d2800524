using System.Buffers;
using ELicense.Core.Enterprises;
using ELicense.PublicVerification.Receipts;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ELicense.PublicVerification;

/// <summary>An answer to GET …/status as it was sent.</summary>
/// <param name="Views">What it was made from: with any newer view another answer is made.</param>
/// <param name="From">When it was made.</param>
/// <param name="Until">When time alone may change it.</param>
internal sealed record KeptStatus(string Target, VerdictValue Verdict, byte[] Body, PublicationViews Views, DateTimeOffset From, DateTimeOffset Until)
{
    public EntityTagHeaderValue Tag { get; } = TaggedContent.TagOf(Body);

    public StringValues ETag => _tag ??= Tag.ToString();

    private string? _tag;

    public bool Holds(PublicationViews views, DateTimeOffset now) => ReferenceEquals(Views, views) && now >= From && now < Until;
}

/// <summary>
/// Answers to GET …/status, found again by the request line: what is asked of one view of the publication again costs no look-up. 16,384 places of some 700 bytes, in sets
/// of four, without locks; only what was found takes one.
/// </summary>
internal sealed class KeptStatuses
{
    private const string Start = "/api/v1/licenses/";
    private const string End = "/status";
    private const int Sets = 4096;
    private const int Ways = 4;

    private static readonly StringValues Accept = "Accept";
    private static readonly StringValues JsonType = VerificationApi.Json;
    private static readonly StringValues Revalidated = VerificationApi.Revalidated;

    private readonly KeptStatus?[] _places = new KeptStatus?[Sets * Ways];
    private int _turn;

    /// <summary>Before everything else: a kept answer costs less than what would be asked about the request.</summary>
    public static void Map(WebApplication app)
    {
        var (kept, desk) = (app.Services.GetRequiredService<KeptStatuses>(), app.Services.GetRequiredService<VerificationDesk>());
        app.Use((context, next) =>
        {
            var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
            return request.RawTarget.EndsWith(End, StringComparison.Ordinal) && request.RawTarget.StartsWith(Start, StringComparison.Ordinal) && HttpMethods.IsGet(request.Method)
                && (context.Request.Headers.Accept.Count == 0 || !ReceiptDesk.IsWanted(context.Request)) && kept.Find(request.RawTarget, desk.Views, desk.Now) is { } answer
                ? AnswerAsync(context, desk, answer) : next(context);
        });
    }

    /// <summary>Keeps the answer to the request as it is usually written; another spelling is answered and not kept.</summary>
    public void Keep(HttpContext context, CreditCode code, Verdict verdict, byte[] body, PublicationViews views, PublicationView view, DateTimeOffset now)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length != Start.Length + code.Value.Length + End.Length || !target.AsSpan(Start.Length).StartsWith(code.Value, StringComparison.Ordinal) || !target.EndsWith(End, StringComparison.Ordinal))
            return;
        var fresh = new KeptStatus(target, verdict.Value, body, views, now, verdict.HoldsUntil(view.Trust.Card.MaxAge, now));
        var set = SetOf(target);
        var place = -1;
        for (var way = 0; way < Ways && place < 0; way++)
        {
            if (Volatile.Read(ref set[way]) is not { } present || !present.Holds(views, now) || present.Target == target)
                place = way;
        }

        Volatile.Write(ref set[place < 0 ? (Interlocked.Increment(ref _turn) & int.MaxValue) % Ways : place], fresh);
    }

    private KeptStatus? Find(string target, PublicationViews views, DateTimeOffset now)
    {
        foreach (ref var place in SetOf(target))
        {
            if (Volatile.Read(ref place) is { } kept && kept.Target == target)
                return kept.Holds(views, now) ? kept : null;
        }

        return null;
    }

    private Span<KeptStatus?> SetOf(string target) => _places.AsSpan((int)((uint)target.GetHashCode(StringComparison.Ordinal) % Sets) * Ways, Ways);

    private static Task AnswerAsync(HttpContext context, VerificationDesk desk, KeptStatus kept)
    {
        if (!desk.TryCharge(context, kept, out var refused))
            return refused!.ExecuteAsync(context);
        WebFoundation.Secure(context);
        var (request, response) = (context.Request, context.Response);
        response.Headers.Vary = Accept;
        response.Headers.ETag = kept.ETag;
        response.Headers.CacheControl = Revalidated;
        if (request.Headers.IfNoneMatch.Count > 0 && TaggedContent.Knows(request, kept.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.Headers.ContentType = JsonType;
        response.ContentLength = kept.Body.Length;
        response.BodyWriter.Write(kept.Body);
        return Task.CompletedTask;
    }
}
