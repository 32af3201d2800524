namespace ELicense.Core.Log;

/// <summary>Standard base64 (RFC 4648 4) with padding, without white space and with zero pad bits (3.5), so that bytes have one text.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        var buffer = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64String(text, buffer, out var length))
            return false;
        if (Convert.ToBase64String(buffer.AsSpan(0, length)) != text)
            return false;
        bytes = buffer[..length];
        return true;
    }
}
