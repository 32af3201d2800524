using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ELicense.Display.Sites;
using ELicense.Verification.Publication;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ELicense.Display;

/// <summary>An answer to GET /badge/{id}.svg.</summary>
/// <param name="registry">Of <see cref="BadgeStore.Changes"/>, before it was drawn.</param>
internal sealed class KeptPicture(
    string target, byte[] body, string caching, BadgeTheme theme, long registry, StrongBox<long> count, PublicationViews views, DateTimeOffset from, DateTimeOffset until)
    : KeptAnswer(target, body, Type, caching, views, from, until)
{
    public const string Type = "image/svg+xml";

    public BadgeTheme Theme => theme;

    public long Registry => registry;

    /// <summary>Pictures of the badge that were served.</summary>
    public StrongBox<long> Count => count;
}

/// <summary>
/// Pictures of badges, some 4 KB each. What a publication says anew, and what this process registers, shows at once; what another process writes into the registry of badges,
/// a second later.
/// </summary>
internal sealed class KeptPictures(DisplayOptions options, WorkLimits limits, BadgeViews counts)
{
    private const string Start = "/badge/";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    private readonly KeptAnswers<KeptPicture> _pictures = new();

    public KeptRoute Route => new(Start, TryAnswer);

    /// <summary>Headers of a picture's own, kept or not.</summary>
    public static void Allow(IHeaderDictionary headers, BadgeTheme theme)
    {
        headers.ContentSecurityPolicy = BadgePicture.Policy(theme);
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    /// <summary>Keeps the answer to an address as it is usually written; another spelling is answered and not kept.</summary>
    /// <param name="registry">As of <see cref="KeptPicture"/>.</param>
    public void Keep(HttpContext context, JudgedBadge judged, BadgeLook look, byte[] picture, long registry, PublicationViews views)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (HttpMethods.IsGet(context.Request.Method) && target == $"{Start}{judged.Badge.Id}.svg{look.Query}")
            _pictures.Keep(new KeptPicture(target, picture, options.PictureCaching, look.Theme, registry, counts.Of(judged.Badge.Id), views, judged.Now, judged.Now + Life));
    }

    private bool TryAnswer(HttpContext context, string target, [NotNullWhen(true)] out Task? answering)
    {
        answering = null;
        if (_pictures.Find(target, options.Publications.Views, options.Clock.GetUtcNow()) is not { } kept || kept.Registry != options.Badges.Changes)
            return false;
        if (!limits.TryCharge(context, WorkPrice.Kept.Hundredths, out var refused))
        {
            answering = refused!.ExecuteAsync(context);
            return true;
        }

        Interlocked.Increment(ref kept.Count.Value);
        Allow(context.Response.Headers, kept.Theme);
        answering = kept.WriteAsync(context);
        return true;
    }
}
