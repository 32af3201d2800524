using ELicense.Core.Trust;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Pages;

/// <summary>What every page knows of its request.</summary>
/// <param name="Path">Path and query to come back to in the other language, without lang.</param>
/// <param name="Authority">Null until the publication is known.</param>
public sealed record PageContext(Language Language, DateTimeOffset Now, string Path, BilingualText? Authority)
{
    public static PageContext Of(HttpContext context, DateTimeOffset now, BilingualText? authority, string? path = null) =>
        new(LanguageChoice.Of(context), now, path ?? context.Request.Path.ToUriComponent(), authority);

    /// <summary>This page in a language, chosen for good. A path that begins with two slashes would lead to another host (RFC 3986 4.2).</summary>
    public string AddressIn(Language language) =>
        "/" + Path.TrimStart('/') + (Path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + LanguageChoice.QueryName + "=" + language.ShortName;

    public string Choose(BilingualText text) => Language == Language.English ? text.English : text.Chinese;
}
