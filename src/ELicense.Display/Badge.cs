using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.Verification.Verdicts;

namespace ELicense.Display;

/// <summary>A badge: the promise that one site, or one page of it, shows one enterprise's license.</summary>
/// <param name="Id">26 characters of lower-case Base32: 128 random bits.</param>
/// <param name="Origin">Scheme, host and port of the registered site.</param>
/// <param name="Path">Of the one page that the badge is for, as <see cref="SitePath"/> spells it; null: it is for the whole site.</param>
/// <param name="State">The promise holds while it is <see cref="SiteState.Proven"/>.</param>
/// <param name="Confirmed">When control of the site was last shown; null: never, or it is the operator's word.</param>
public sealed record Badge(string Id, CreditCode CreditCode, Uri Origin, string? Path, DateTimeOffset Created, SiteState State, DateTimeOffset? Confirmed)
{
    /// <summary>The watch looks once a day, and soon again after a failure: with two of these in vain it is time to say so.</summary>
    private static readonly TimeSpan LongestUnsaid = TimeSpan.FromHours(30);

    /// <summary>host[:port], and the path of a page alone, as a browser's address bar shows them.</summary>
    public string Site => Host + (Path is null ? "" : SitePath.Readable(Path));

    /// <summary>host[:port]</summary>
    public string Host => SiteAddress.HostOf(Origin);

    /// <summary>Of the site's first page, or of the page alone.</summary>
    public Uri Address => Path is null ? Origin : new Uri(Origin, Path);

    public SiteScope Scope => Path is null ? SiteScope.Origin : SiteScope.Page;

    public bool IsInUse => State == SiteState.Proven;

    /// <summary>In use, and nobody knows whether the site is still the enterprise's: it may be out of order, and it may have another owner.</summary>
    public bool IsUnconfirmed(DateTimeOffset now) => IsInUse && now - Confirmed > LongestUnsaid;

    /// <summary>The enterprise's name: foreign text.</summary>
    public string NameIn(Verdict verdict) => verdict.Face?.Name ?? verdict.Token?.Name ?? CreditCode.Value;
}
