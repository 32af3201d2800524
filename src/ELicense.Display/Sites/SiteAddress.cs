using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ELicense.Core;

namespace ELicense.Display.Sites;

/// <summary>The address of a page on a site that can be registered: http or https, a name of the DNS, the default port, a path and nothing else.</summary>
public static class SiteAddress
{
    private const int LongestText = 2000;

    // RFC 1035 3.1, in text without the last dot
    private const int LongestHost = 253;

    // RFC 5891: xn-- is kept by those who register names; .NET refuses what no registry may give out.
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    // 丨 丶 丿 乀 乁, which pass for | , / \ and so for the end of a host.
    private static readonly SearchValues<char> Strokes = SearchValues.Create("\u4E28\u4E36\u4E3F\u4E40\u4E41");

    /// <param name="text">As people type it; foreign text. Query and fragment are cut off.</param>
    /// <param name="page">The host in its ASCII form.</param>
    /// <param name="scope">Of a page alone the path is in the spelling of <see cref="SitePath"/>, and nothing is cut off.</param>
    public static bool TryParse(string text, SiteScope scope, SiteSettings settings, [NotNullWhen(true)] out Uri? page, out Refusal refusal)
    {
        page = null;
        refusal = default;
        if (text.Length > LongestText || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var typed) || (typed.Scheme != Uri.UriSchemeHttps && typed.Scheme != Uri.UriSchemeHttp))
            refusal = Refuse("it is no address of http or https");
        else if (typed.UserInfo.Length > 0)
            refusal = Refuse("it has user information");
        else if (settings.AllowsLoopback(typed))
            page = PageOf(typed, typed.IdnHost);
        else if (!typed.IsDefaultPort)
            refusal = Refuse("its port is not the default one");
        else if (AsciiHost(typed) is not { } host)
            refusal = Refuse("its host is no public name of the DNS");
        else
            page = PageOf(typed, host);
        if (page is not null && scope == SiteScope.Page)
            page = AloneOf(page, text.Trim(), out refusal);
        return page is not null;
    }

    /// <summary>
    /// The host as its readers write it, to stand beside the ASCII form: only when every letter outside ASCII is Han, which but for some strokes none of ASCII looks like (UTS 39 5.2 is stricter than
    /// needed for our readers and wider than we want). Null: the ASCII form alone is shown.
    /// </summary>
    public static string? Unicode(Uri origin)
    {
        if (!origin.IdnHost.Contains("xn--", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            var unicode = Idn.GetUnicode(origin.IdnHost);
            return unicode.All(IsAsciiOrHan) ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the host has letters of a script that can look like another one.</summary>
    public static bool MayLookLikeAnother(Uri origin) => origin.IdnHost.Contains("xn--", StringComparison.OrdinalIgnoreCase) && Unicode(origin) is null;

    /// <summary>host[:port] as it is asked for on the wire: a look-alike in another script shows its xn-- form.</summary>
    public static string HostOf(Uri address) => address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";

    /// <summary>Scheme, host and port.</summary>
    public static Uri OriginOf(Uri page) => new(page.GetLeftPart(UriPartial.Authority));

    internal static bool IsAsciiOrHan(char c) => char.IsAscii(c) || (c is (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF') && !Strokes.Contains(c));

    /// <summary>The path is taken from the text itself, before anything resolved or shortened it.</summary>
    private static Uri? AloneOf(Uri page, string text, out Refusal refusal)
    {
        refusal = default;
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var start = host > 3 ? text.AsSpan(host).IndexOfAny("/\\?#") : -1;
        if (start < 0 || !SitePath.TryParse(text[(host + start)..], out var path))
        {
            refusal = Refuse("of a page alone it has a path, without ?, #, dot segments and encoded signs, of 256 characters at most");
            return null;
        }

        var alone = new Uri(OriginOf(page), path);
        // What is fetched is what is stated.
        if (alone.AbsolutePath == path)
            return alone;
        refusal = Refuse("its path has another spelling");
        return null;
    }

    private static string? AsciiHost(Uri typed)
    {
        if (typed.HostNameType != UriHostNameType.Dns)
            return null;
        try
        {
            // What Unicode writes as digits and dots is an IP address only after this.
            var host = Idn.GetAscii(typed.Host.Normalize(NormalizationForm.FormKC)).ToLowerInvariant();
            return host.Length <= LongestHost && IsPublicName(host.Split('.')) ? host : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Uri PageOf(Uri typed, string host) => new UriBuilder(typed.Scheme, host, typed.Port, typed.AbsolutePath).Uri;

    private static Refusal Refuse(string why) => new(Codes.SiteAddress, $"The address cannot be registered: {why}.");

    // RFC 1123 2.1: letters, digits, hyphens within; two labels at least, and the last one begins with a letter, as no IPv4 address does.
    private static bool IsPublicName(string[] labels) =>
        labels.Length > 1 && char.IsAsciiLetter(labels[^1].FirstOrDefault())
        && Array.TrueForAll(labels, label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !label.StartsWith('-') && !label.EndsWith('-'));
}
