using ELicense.Core.Tokens;

namespace ELicense.Core.Trust;

/// <summary>What the values of a trust card must keep to, when it is made and when it is read.</summary>
internal static class TrustCardBounds
{
    private const int MaxNameLength = 200;
    private const int MaxKeys = 256;
    private const int MaxDelegations = 64;
    private const int MaxQrHosts = 256;
    private const int MaxRegions = 100;
    private const int MaxCertificateBytes = 8 * 1024;
    private const int MonthsAtMost = 13;
    private const long LongestAge = 366 * 86_400;

    // 9999-12-31T23:59:59Z
    private const long LastSecond = 253_402_300_799;

    /// <summary>The first value that is out of its bounds; null when all are within.</summary>
    public static string? Fault(TrustCard card) =>
        FaultOfPeriod(card) ?? FaultOfAuthority(card) ?? FaultOfLists(card) ?? FaultOfKeys(card.Keys) ?? FaultOfDelegations(card);

    public static bool IsInstant(long seconds) => seconds is >= 0 and <= LastSecond;

    public static bool IsName(BilingualText name) => PlainText.IsWithin(name.Chinese, MaxNameLength) && PlainText.IsWithin(name.English, MaxNameLength);

    private static string? FaultOfPeriod(TrustCard card)
    {
        if (card.Version < 1)
            return "a version below 1";
        if (card.RootChange < 1 || card.RootChange >= card.Version)
            return "a change of root that is not by an earlier card";
        if (!IsInstant(card.Issued) || !IsInstant(card.Expires) || card.Expires <= card.Issued)
            return "a period that is none";
        if (card.MaxAge is < 1 or > LongestAge)
            return "a max age outside 1 second to 366 days";
        return MonthsLater(card.Issued) < card.Expires ? $"a period of more than {MonthsAtMost} months" : null;
    }

    private static long MonthsLater(long issued)
    {
        var from = DateTimeOffset.FromUnixTimeSeconds(issued);
        return from.Year == 9999 || (from.Year == 9998 && from.Month == 12) ? LastSecond : from.AddMonths(MonthsAtMost).ToUnixTimeSeconds();
    }

    private static string? FaultOfAuthority(TrustCard card)
    {
        if (card.AuthorityNumber is < 1 or > 9999)
            return "an authority number outside 1 to 9999";
        if (!IsName(card.AuthorityName))
            return "a name of the authority that is empty or too long";
        // C2SP signed-note: a key name has no space and no plus sign.
        if (!IsOf(card.Origin, 255, c => c is > ' ' and <= '~' and not '+'))
            return "an origin that is no key name";
        if (!IsOf(card.IdentifierIssuer, 64, c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
            return "an issuer of identifiers that is not digits and capital letters";
        if (!IsOid(card.IdentifierRoot))
            return "a root of identifiers that is no object identifier";
        if (card.Regions.Count > MaxRegions || !AreDistinct(card.Regions, region => region is { Length: 2 } && region.All(char.IsAsciiDigit)))
            return "regions that are not distinct pairs of digits";
        return card.QrHosts.Count > MaxQrHosts || !AreDistinct(card.QrHosts, IsHost) ? "QR hosts that are not distinct host[:port] in lower case" : null;
    }

    private static string? FaultOfLists(TrustCard card)
    {
        var (licenses, certificates) = (card.LicenseLists, card.CertificateLists);
        if (licenses.First < 0 || licenses.Last < licenses.First || certificates.First < 0 || certificates.Last < certificates.First)
            return "a range of lists that is none";
        if (licenses.First <= certificates.Last && certificates.First <= licenses.Last)
            return "license lists and certificate lists with the same number";
        return IsBase(card.LicenseStatusBase) && IsBase(card.CertificateStatusBase) ? null : "a base of status lists that is not http(s)://host/path";
    }

    private static string? FaultOfKeys(IReadOnlyList<TrustedKey> keys)
    {
        if (keys.Count is 0 or > MaxKeys)
            return $"{keys.Count} keys; 1 to {MaxKeys} are allowed";
        var kids = new HashSet<KeyId>();
        foreach (var key in keys)
        {
            if (key.Kid != KeyId.Of(key.SubjectPublicKeyInfo.Span))
                return $"kid {key.Kid}, which is not its key's";
            if (!kids.Add(key.Kid))
                return $"kid {key.Kid} twice";
            if (key.Algorithm != key.Role.Algorithm())
                return $"key {key.Kid} with an algorithm that the role {key.Role.Name()} may not have";
            if (!IsInstant(key.From) || !IsInstant(key.To) || key.To <= key.From)
                return $"key {key.Kid} with a period that is none";
            if (key.LogSizeFrom < 0 || key.LogSizeTo < 0 || key.AcceptedBelow < 0 || key.LogSizeTo <= key.LogSizeFrom)
                return $"key {key.Kid} with log sizes that are none";
            if (key.Certificate is { Length: 0 or > MaxCertificateBytes })
                return $"key {key.Kid} with a certificate that is empty or too large";
        }
        return null;
    }

    private static string? FaultOfDelegations(TrustCard card)
    {
        if (card.Delegations.Count > MaxDelegations)
            return "too many delegations";
        foreach (var delegation in card.Delegations)
        {
            if (!IsOf(delegation.Role, 40, c => char.IsAsciiLetterLower(c) || c == '-') || !IsOid(delegation.ExtendedKeyUsage))
                return "a delegation without a proper role and extended key usage";
            if (!card.Keys.Any(key => key.Kid == delegation.Issuer && key.Role is (KeyRole.EnterpriseCa or KeyRole.OfficersCa)))
                return $"a delegation by {delegation.Issuer}, which is no CA of this card";
        }
        return null;
    }

    private static bool IsOf(string? text, int maxLength, Func<char, bool> allowed) => text is { Length: > 0 } && text.Length <= maxLength && text.All(allowed);

    private static bool IsOid(string? text) =>
        IsOf(text, 128, c => char.IsAsciiDigit(c) || c == '.')
        && text!.Split('.') is { Length: >= 2 } arcs && arcs.All(arc => arc.Length > 0 && (arc == "0" || arc[0] != '0'));

    private static bool IsHost(string? host) =>
        host is { Length: <= 259 } && host.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c) || c is '.' or '-' or ':') && QrText.IsHost(host.ToUpperInvariant());

    private static bool AreDistinct(IReadOnlyList<string> texts, Func<string?, bool> allowed) =>
        texts.All(allowed) && texts.Distinct(StringComparer.Ordinal).Count() == texts.Count;

    private static bool IsBase(string? text) =>
        text is { Length: <= 500 } && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.AbsoluteUri == text && !text.EndsWith('/') && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
