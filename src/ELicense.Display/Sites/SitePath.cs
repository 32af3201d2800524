using System.Buffers;
using System.Globalization;
using System.Text;

namespace ELicense.Display.Sites;

/// <summary>
/// The path of a page that is registered alone, such as /shop/88, in its one spelling: characters of RFC 3986 as they are, all others as UTF-8 in percent-encoding with capital digits (6.2.2), which may stand
/// for nothing else. So there is no other way to write a slash, a dot or markup in it, and what is compared is compared octet for octet.
/// </summary>
public static class SitePath
{
    /// <summary>In its one spelling: so much that a page can show whole.</summary>
    private const int Longest = 256;

    // RFC 3986 3.3, without ; whose parameters carry sessions
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="written">What follows host and port in an address; foreign text.</param>
    /// <param name="path">Empty when it is none.</param>
    public static bool TryParse(string written, out string path)
    {
        path = "";
        if (written.Length > Longest || Decode(written) is not { } text || text.Length < 2 || text[0] != '/' || !IsVisible(text))
            return false;
        var segments = text.Split('/');
        // An empty segment in the middle, which some servers drop, or a dot segment (RFC 3986 3.3).
        if (segments.AsSpan(1, segments.Length - 2).Contains("") || segments.Any(segment => segment is "." or ".."))
            return false;
        var encoded = Encode(text);
        if (encoded.Length > Longest)
            return false;
        path = encoded;
        return true;
    }

    /// <summary>As a browser's address bar shows it, where every character outside ASCII is Han; else as it is on the wire: letters of other scripts may look like others.</summary>
    /// <param name="path">As <see cref="TryParse"/> gives it.</param>
    public static string Readable(string path)
    {
        var text = Uri.UnescapeDataString(path);
        return text.All(SiteAddress.IsAsciiOrHan) ? text : path;
    }

    /// <summary>Null: not of such characters alone.</summary>
    private static string? Decode(string written)
    {
        var octets = new ArrayBufferWriter<byte>(written.Length * 3);
        for (var at = 0; at < written.Length; at++)
        {
            var c = written[at];
            if (c == '%')
            {
                if (at + 2 >= written.Length || !byte.TryParse(written.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet) || !MayBeEncoded(octet))
                    return null;
                octets.Write([octet]);
                at += 2;
            }
            else if (Plain.Contains(c))
            {
                octets.Write([(byte)c]);
            }
            else if (char.IsAscii(c) || Rune.DecodeFromUtf16(written.AsSpan(at), out var rune, out var length) != OperationStatus.Done)
            {
                return null;
            }
            else
            {
                octets.Advance(rune.EncodeToUtf8(octets.GetSpan(4)));
                at += length - 1;
            }
        }

        try
        {
            return Strict.GetString(octets.WrittenSpan);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // RFC 3986 6.2.2.2: what is unreserved means the same either way. Any other ASCII character means something else when it is encoded.
    private static bool MayBeEncoded(byte octet) => octet >= 0x80 || char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    private static bool IsVisible(string text) => text.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
            encoded = octet < 0x80 ? encoded.Append((char)octet) : encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        return encoded.ToString();
    }
}
