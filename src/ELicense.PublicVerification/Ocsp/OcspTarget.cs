using System.Buffers;
using System.Buffers.Text;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>
/// GET {url}/{url-encoding of base64 of the request} (RFC 6960 A.1), read from the request line as it came: a server's decoded path has "+" and "%2B", "/" and "%2F" in
/// it no longer as the client meant them.
/// </summary>
public static class OcspTarget
{
    public const string Prefix = "/ocsp/";

    /// <param name="rawTarget">Origin form or, from proxies, absolute form (RFC 9112 3.2).</param>
    /// <returns>Null for what is no base64 after one percent-decoding.</returns>
    public static byte[]? Decode(string rawTarget)
    {
        var at = rawTarget.IndexOf(Prefix, StringComparison.Ordinal);
        if (at < 0)
            return null;
        // An address with a slash at its end gives two; no request begins with 0xFC or above.
        var encoded = rawTarget.AsSpan(at + Prefix.Length).TrimStart('/');
        var buffer = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            if (!TryUnescape(encoded, buffer, out var length))
                return null;
            var request = new byte[Base64.GetMaxDecodedFromUtf8Length(length)];
            return Base64.DecodeFromUtf8(buffer.AsSpan(0, length), request, out var consumed, out var written) == OperationStatus.Done && consumed == length
                ? request[..written]
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // RFC 3986 2.1
    private static bool TryUnescape(ReadOnlySpan<char> text, Span<byte> to, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    return false;
                character = (char)Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }

            if (!(char.IsAsciiLetterOrDigit(character) || character is '+' or '/' or '='))
                return false;
            to[length++] = (byte)character;
        }

        return length > 0;
    }
}
