using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.Verification.Verdicts;

namespace ELicense.Display;

/// <summary>A badge: the promise that one site, or one page of it, shows one enterprise's license.</summary>
/// <param name="Id">26 characters of lower-case Base32: 128 random bits.</param>
/// <param name="Origin">Scheme, host and port of the registered site.</param>
/// <param name="Path">Of the one page that the badge is for, as <see cref="SitePath"/> spells it; null: it is for the whole site.</param>
/// <param name="State">The promise holds while it is <see cref="SiteState.Proven"/>.</param>
public sealed record Badge(string Id, CreditCode CreditCode, Uri Origin, string? Path, DateTimeOffset Created, SiteState State)
{
    /// <summary>host[:port], and the path of a page alone, as a browser's address bar shows them.</summary>
    public string Site => Host + (Path is null ? "" : SitePath.Readable(Path));

    /// <summary>host[:port]</summary>
    public string Host => SiteAddress.HostOf(Origin);

    /// <summary>Of the site's first page, or of the page alone.</summary>
    public Uri Address => Path is null ? Origin : new Uri(Origin, Path);

    public SiteScope Scope => Path is null ? SiteScope.Origin : SiteScope.Page;

    public bool IsInUse => State == SiteState.Proven;

    /// <summary>The enterprise's name: foreign text.</summary>
    public string NameIn(Verdict verdict) => verdict.Face?.Name ?? verdict.Token?.Name ?? CreditCode.Value;
}
