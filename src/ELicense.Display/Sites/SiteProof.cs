using System.Security.Cryptography;
using System.Text;
using ELicense.Core;

namespace ELicense.Display.Sites;

/// <param name="Control">Why control is not shown; null: it is.</param>
/// <param name="BadgeSeen">Null: the page was not to be had.</param>
/// <param name="Page">Why not; null: it was.</param>
internal sealed record SiteFindings(Refusal? Control, bool? BadgeSeen, Refusal? Page);

/// <summary>Looks at a site: is control shown, is the badge there.</summary>
public sealed class SiteProof
{
    /// <summary>On the site (RFC 8615): has the challenge as a line of its own.</summary>
    public const string FilePath = "/.well-known/elicense-site-proof.txt";

    /// <summary>Before the host (RFC 8552): has the challenge as a TXT record.</summary>
    public const string DnsLabel = "_elicense-challenge.";

    /// <summary>Name of the meta element that has the challenge as its content, in the head of the site's page /, or of the page that is registered alone.</summary>
    public const string MetaName = "elicense-site-proof";

    private const int MostOfFile = 64 * 1024;
    private const int MostOfPage = 1024 * 1024;

    private readonly SiteNames _names;
    private readonly SiteFetcher _fetcher;
    private readonly Uri _service;

    internal SiteProof(SiteSettings settings, Uri service, TimeProvider clock)
    {
        _service = service;
        _names = new SiteNames(settings);
        _fetcher = new SiteFetcher(settings, _names, service, clock);
    }

    internal async Task<SiteFindings> LookAsync(Site site, SiteMethod method, CancellationToken cancellation)
    {
        if (site.Badge.Path is not null)
            return await PageAloneAsync(site, method, cancellation);
        var control = method switch
        {
            SiteMethod.File => await FileAsync(site, cancellation),
            SiteMethod.Dns => await DnsAsync(site, cancellation),
            SiteMethod.Meta => await MetaAsync(site, cancellation),
            _ => null,
        };
        // Who shows no control is not asked for more.
        if (control is not null)
            return new SiteFindings(control, BadgeSeen: null, control);
        var page = await _fetcher.FetchAsync(site.Page, MostOfPage, cancellation);
        return new SiteFindings(null, page.Refusal is null ? HasBadge(page.Body.Span, site) : null, page.Refusal);
    }

    /// <summary>Control of a page is shown by that page and no other: file and DNS are the whole site's, and a redirect leads to what somebody else may write.</summary>
    private async Task<SiteFindings> PageAloneAsync(Site site, SiteMethod method, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)method, (int)SiteMethod.Meta);
        var page = await _fetcher.FetchAsync(site.Page, MostOfPage, cancellation);
        var control = page.Refusal ?? (page.Address!.AbsoluteUri == site.Page.AbsoluteUri
            ? HasMeta(page.Body.Span, site)
            : new Refusal(Codes.SiteRedirect, $"{site.Badge.Site} leads to another page."));
        return control is null ? new SiteFindings(null, HasBadge(page.Body.Span, site), null) : new SiteFindings(control, BadgeSeen: null, control);
    }

    private async Task<Refusal?> FileAsync(Site site, CancellationToken cancellation)
    {
        var file = await _fetcher.FetchAsync(new Uri(site.Badge.Origin, FilePath), MostOfFile, cancellation);
        return file.Refusal ?? Found(Encoding.Latin1.GetString(file.Body.Span).Split('\n').Any(line => Is(site, line)), site, FilePath);
    }

    private async Task<Refusal?> DnsAsync(Site site, CancellationToken cancellation)
    {
        var name = DnsLabel + site.Badge.Origin.IdnHost;
        return await _names.TextsAsync(name, cancellation) is { } texts
            ? Found(texts.Any(text => Is(site, text)), site, name)
            : new Refusal(Codes.SiteUnreachable, $"No name server answers for {name}.");
    }

    private async Task<Refusal?> MetaAsync(Site site, CancellationToken cancellation)
    {
        // The first page alone: on others of some sites visitors write.
        var page = await _fetcher.FetchAsync(site.Badge.Origin, MostOfPage, cancellation);
        return page.Refusal ?? HasMeta(page.Body.Span, site);
    }

    private static Refusal? HasMeta(ReadOnlySpan<byte> page, Site site) => Found(
        PageTags.Read(page).Any(tag =>
            tag is { Name: "meta", IsInHead: true } && string.Equals(tag.Attributes.GetValueOrDefault("name"), MetaName, StringComparison.OrdinalIgnoreCase)
            && Is(site, tag.Attributes.GetValueOrDefault("content", ""))),
        site, MetaName);

    /// <summary>Whether it links to the confirmation page, as the snippet does.</summary>
    private bool HasBadge(ReadOnlySpan<byte> page, Site site)
    {
        var confirmation = BadgeSnippet.Page(site.Badge, _service);
        return PageTags.Read(page).Any(tag =>
            tag.Name switch { "a" => tag.Attributes.GetValueOrDefault("href"), "iframe" => tag.Attributes.GetValueOrDefault("src"), _ => null } is { } link
            && Uri.TryCreate(site.Page, link.Trim(), out var to)
            && to.GetLeftPart(UriPartial.Authority) == confirmation.GetLeftPart(UriPartial.Authority)
            && (to.AbsolutePath == confirmation.AbsolutePath || to.AbsolutePath.StartsWith(confirmation.AbsolutePath + "/", StringComparison.Ordinal)));
    }

    private static bool Is(Site site, string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text.Trim(' ', '\t', '\r', '\n')), Encoding.ASCII.GetBytes(site.Challenge));

    private static Refusal? Found(bool isFound, Site site, string where) =>
        isFound ? null : new Refusal(Codes.SiteProofMissing, $"{site.Badge.Site} does not have the text at {where}.");
}
