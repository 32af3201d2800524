using ELicense.Display.Sites;

namespace ELicense.Display;

/// <summary>Where a reader of a confirmation page came from, beside what the badge is for.</summary>
public enum Place
{
    /// <summary>The browser does not say, or it was a page of ours.</summary>
    Untold,

    /// <summary>The registered site, or the very page.</summary>
    Registered,

    /// <summary>The registered page's site: the browser says no more, or not enough to tell the page.</summary>
    SameSite,

    /// <summary>Another page of the registered page's site.</summary>
    OtherPage,

    OtherSite,
}

/// <summary>How a reader came to a confirmation page.</summary>
/// <param name="From">Null when it is not told. Foreign text.</param>
public readonly record struct Arrival(Place Place, Uri? From)
{
    public bool IsWrong => Place is Place.OtherPage or Place.OtherSite;

    /// <param name="address">Of the page that led here: whole, or its origin alone as most browsers have it (W3C Referrer Policy 3.7).</param>
    /// <param name="own">The service: its pages (the switch of language) say nothing about where the reader came from.</param>
    public static Arrival Of(Badge badge, string address, Uri own)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var from) || (from.Scheme != Uri.UriSchemeHttp && from.Scheme != Uri.UriSchemeHttps) || SameOrigin(from, own))
            return default;
        if (!SameOrigin(from, badge.Origin))
            return new Arrival(Place.OtherSite, from);
        return new Arrival(badge.Path is { } path ? OnThatSite(path, from) : Place.Registered, from);
    }

    // With a query a platform may show another's page at the same path; by a slash at the end most mean the same one.
    private static Place OnThatSite(string path, Uri from) =>
        from.AbsolutePath == "/" ? Place.SameSite
        : !SitePath.TryParse(from.AbsolutePath, out var other) || other.TrimEnd('/') != path.TrimEnd('/') ? Place.OtherPage
        : other == path && from.Query.Length == 0 ? Place.Registered
        : Place.SameSite;

    private static bool SameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.IdnHost == b.IdnHost && a.Port == b.Port;
}
