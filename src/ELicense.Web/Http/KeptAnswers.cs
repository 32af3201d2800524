using System.Buffers;
using ELicense.Verification.Publication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ELicense.Web.Http;

/// <summary>An answer to GET as it was sent.</summary>
/// <param name="target">Of the request line.</param>
/// <param name="views">What it was made from: with any newer view another answer is made.</param>
/// <param name="from">When it was made.</param>
/// <param name="until">When it may change without news from a publication.</param>
public abstract class KeptAnswer(
    string target, byte[] body, StringValues contentType, StringValues cacheControl, PublicationViews views, DateTimeOffset from, DateTimeOffset until)
{
    private readonly EntityTagHeaderValue _tag = TaggedContent.TagOf(body);
    private StringValues? _tagText;

    internal string Target => target;

    internal PublicationViews Views => views;

    internal DateTimeOffset From => from;

    internal bool Holds(PublicationViews present, DateTimeOffset now) => ReferenceEquals(views, present) && now >= from && now < until;

    /// <summary>As <see cref="TaggedContent"/> does, with the headers that every answer has; those of its own are set before.</summary>
    public Task WriteAsync(HttpContext context)
    {
        WebFoundation.Secure(context);
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = _tagText ??= _tag.ToString();
        response.Headers.CacheControl = cacheControl;
        if (request.Headers.IfNoneMatch.Count > 0 && TaggedContent.Knows(request, _tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.Headers.ContentType = contentType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return Task.CompletedTask;
    }
}

/// <summary>
/// Answers found again by the request line: what is asked of one view of the publications again is neither looked up nor written anew. 16,384 places, in sets of four, without
/// locks: a race loses a place at worst.
/// </summary>
public sealed class KeptAnswers<TAnswer>
    where TAnswer : KeptAnswer
{
    private const int Sets = 4096;
    private const int Ways = 4;

    private readonly TAnswer?[] _places = new TAnswer?[Sets * Ways];
    private int _turn;

    /// <summary>Null when none is kept that holds.</summary>
    public TAnswer? Find(string target, PublicationViews views, DateTimeOffset now)
    {
        foreach (ref var place in SetOf(target))
        {
            if (Volatile.Read(ref place) is { } kept && kept.Target == target)
                return kept.Holds(views, now) ? kept : null;
        }

        return null;
    }

    public void Keep(TAnswer fresh)
    {
        var set = SetOf(fresh.Target);
        var place = -1;
        for (var way = 0; way < Ways; way++)
        {
            var present = Volatile.Read(ref set[way]);
            if (present?.Target == fresh.Target)
            {
                place = way;
                break;
            }

            if (place < 0 && present?.Holds(fresh.Views, fresh.From) is not true)
                place = way;
        }

        Volatile.Write(ref set[place < 0 ? (Interlocked.Increment(ref _turn) & int.MaxValue) % Ways : place], fresh);
    }

    private Span<TAnswer?> SetOf(string target) => _places.AsSpan((int)((uint)target.GetHashCode(StringComparison.Ordinal) % Sets) * Ways, Ways);
}
