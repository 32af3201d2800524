using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ELicense.Core.Tokens;

/// <summary>
/// The text of a QR code: scheme and host[:port] in upper case, /Q/ and Base32 of a license token, or /P/ and that of a presentation; all in QR's alphanumeric mode.
/// </summary>
/// <param name="Scheme">http or https.</param>
/// <param name="Host">host[:port], lower case.</param>
/// <param name="Content">The license token, or the presentation.</param>
/// <param name="IsPresentation">Whether it was /P/.</param>
public sealed record QrText(string Scheme, string Host, ReadOnlyMemory<byte> Content, bool IsPresentation)
{
    /// <summary>Highest QR version that a license may need at error correction Q.</summary>
    public const int MaxQrVersion = 24;

    private const string LicensePath = "/Q/";
    private const string PresentationPath = "/P/";
    private const int MaxHostLength = 253 + 6;
    private const int MaxLength = 8 + MaxHostLength + 3 + (Presentation.MaxBytes * 8 + 4) / 5;

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    // ISO/IEC 18004 table 7, alphanumeric at Q, versions 1 to 40.
    private static ReadOnlySpan<short> Capacities =>
    [
        16, 29, 47, 67, 87, 108, 125, 157, 189, 221,
        259, 296, 352, 376, 426, 470, 531, 574, 644, 702,
        742, 823, 890, 963, 1041, 1094, 1172, 1263, 1322, 1429,
        1499, 1618, 1700, 1787, 1867, 1966, 2071, 2181, 2298, 2420,
    ];

    /// <summary>e.g. HTTPS://GS.EXAMPLE.CN/Q/2KCE…</summary>
    /// <param name="publicAddress">http or https, a host of ASCII letters, digits, hyphens and dots, perhaps a port; no path but /.</param>
    /// <exception cref="ArgumentException">The address is anything else, or the token is empty or too large.</exception>
    public static string For(Uri publicAddress, ReadOnlySpan<byte> token)
    {
        if (token.Length is 0 or > LicenseToken.MaxBytes)
            throw new ArgumentException($"A token has 1 to {LicenseToken.MaxBytes} bytes, not {token.Length}.", nameof(token));
        return Prefix(publicAddress, LicensePath) + Base32.Encode(token);
    }

    /// <summary>e.g. HTTPS://GS.EXAMPLE.CN/P/2KCF…</summary>
    /// <param name="publicAddress">As above: of the verify page that is to read it.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    public static string ForPresentation(Uri publicAddress, ReadOnlySpan<byte> presentation)
    {
        if (presentation.Length is 0 or > Presentation.MaxBytes)
            throw new ArgumentException($"A presentation has 1 to {Presentation.MaxBytes} bytes, not {presentation.Length}.", nameof(presentation));
        return Prefix(publicAddress, PresentationPath) + Base32.Encode(presentation);
    }

    /// <summary>How many characters <see cref="For"/> has, of an address that it takes.</summary>
    public static int LengthFor(Uri publicAddress, int tokenBytes) =>
        publicAddress.GetLeftPart(UriPartial.Authority).Length + LicensePath.Length + Base32.LengthOf(tokenBytes);

    /// <summary>QR version (1–40) that <paramref name="length"/> alphanumeric characters need at error correction Q (ISO/IEC 18004 table 7); 41 when none holds it.</summary>
    public static int VersionNeeded(int length)
    {
        var version = 1;
        foreach (var capacity in Capacities)
        {
            if (length <= capacity)
                break;
            version++;
        }
        return version;
    }

    /// <summary>Accepts upper or lower case; refuses user information, query, fragment, other paths and schemes. The host is not judged here. Codes: qr-format, qr-scheme, qr-letters, qr-user-info, qr-tokens, too-large.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out QrText? qr, out Refusal refusal)
    {
        qr = null;
        if (text is null)
            return Refuse(Codes.QrFormat, "no text", out refusal);
        if (text.Length > MaxLength)
            return Refuse(Codes.TooLarge, $"{text.Length} characters, at most {MaxLength} are read", out refusal);
        // ASCII first: some letters beyond it become ASCII when their case is changed.
        if (!Ascii.IsValid(text))
            return Refuse(Codes.QrLetters, "a character outside ASCII", out refusal);
        var upper = text.ToUpperInvariant();
        if (IsAddressOfAnotherKind(upper))
            return Refuse(Codes.QrScheme, "an address that is neither http nor https", out refusal);
        // Neither a host name nor Base32 has one: whatever it is meant to be, the reader is to take another site for ours.
        if (upper.Contains('@', StringComparison.Ordinal))
            return Refuse(Codes.QrUserInfo, "an @", out refusal);
        if (upper.AsSpan().Count(LicensePath) + upper.AsSpan().Count(PresentationPath) > 1)
            return Refuse(Codes.QrTokens, "more than one /Q/ or /P/", out refusal);
        var presented = upper.Contains(PresentationPath, StringComparison.Ordinal);
        var path = presented ? PresentationPath : LicensePath;
        if (!TrySplit(upper, path, out var scheme, out var host, out var content))
            return Refuse(Codes.QrFormat, "not http(s)://host[:port]/Q/token", out refusal);
        if (content.IsEmpty)
            return Refuse(Codes.QrFormat, $"nothing after {path}", out refusal);
        if (!Base32.TryDecode(content, presented ? Presentation.MaxBytes : LicenseToken.MaxBytes, out var bytes, out var fault))
            return Refuse(fault.Code == Codes.TooLarge ? Codes.TooLarge : Codes.QrFormat, $"what follows {path} is not the Base32 of one token", out refusal);
        qr = new QrText(scheme, host, bytes, presented);
        refusal = default;
        return true;
    }

    /// <summary>Whether a text begins with a scheme (RFC 3986 3.1): scanned or pasted, it is meant as an address.</summary>
    public static bool IsAddress(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(text[0]) && !text.AsSpan(0, colon).ContainsAnyExcept(SchemeCharacters);
    }

    /// <param name="text">In upper case.</param>
    private static bool IsAddressOfAnotherKind(string text) =>
        IsAddress(text) && !text.StartsWith("HTTP:", StringComparison.Ordinal) && !text.StartsWith("HTTPS:", StringComparison.Ordinal);

    private static string Prefix(Uri publicAddress, string path)
    {
        var prefix = publicAddress.GetLeftPart(UriPartial.Authority).ToUpperInvariant() + path;
        return publicAddress.PathAndQuery == "/" && publicAddress.Fragment.Length == 0 && TrySplit(prefix, path, out _, out _, out _)
            ? prefix
            : throw new ArgumentException("A public address is http or https with a host in ASCII, perhaps a port, and nothing else.", nameof(publicAddress));
    }

    /// <param name="text">In upper case.</param>
    private static bool TrySplit(
        string text, string path, [NotNullWhen(true)] out string? scheme, [NotNullWhen(true)] out string? host, out ReadOnlySpan<char> token)
    {
        host = null;
        token = default;
        scheme = text.StartsWith("HTTPS://", StringComparison.Ordinal) ? "https" : text.StartsWith("HTTP://", StringComparison.Ordinal) ? "http" : null;
        if (scheme is null)
            return false;
        var rest = text.AsSpan(scheme.Length + "://".Length);
        var end = rest.IndexOf(path, StringComparison.Ordinal);
        if (end < 0 || !IsHost(rest[..end]))
            return false;
        // Host and port are ASCII here; the house writes hosts in lower case.
        host = string.Create(end, rest[..end], static (lower, upper) => upper.ToLowerInvariant(lower));
        token = rest[(end + path.Length)..];
        return true;
    }

    /// <summary>host[:port] with a host of RFC 1123 labels.</summary>
    /// <param name="hostAndPort">In upper case.</param>
    internal static bool IsHost(ReadOnlySpan<char> hostAndPort)
    {
        var colon = hostAndPort.IndexOf(':');
        var host = colon < 0 ? hostAndPort : hostAndPort[..colon];
        if (host.Length is 0 or > 253 || (colon >= 0 && !IsPort(hostAndPort[(colon + 1)..])))
            return false;
        foreach (var label in host.Split('.'))
        {
            // RFC 1123 2.1: letters, digits, hyphens; none at an end.
            var part = host[label];
            if (part.Length is 0 or > 63 || part[0] == '-' || part[^1] == '-' || part.ContainsAnyExcept(LabelCharacters))
                return false;
        }
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> port) =>
        port.Length is >= 1 and <= 5 && port[0] != '0'
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue;

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
