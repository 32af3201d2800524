using System.Diagnostics.CodeAnalysis;
using System.Text;
using ELicense.Core.Tokens;

namespace ELicense.Core.Status;

/// <summary>Claims of a Status List Token as CBOR: {2: uri, 4: exp, 6: iat, 65533: {"lst": bstr, "bits": 4}, 65534: ttl, -65538: log size}.</summary>
internal static class StatusListCwt
{
    // RFC 8392 3.1; Token Status List 5.2; the log size is in the range for private use (RFC 8392 9.1).
    private const int SubClaim = 2;
    private const int ExpClaim = 4;
    private const int IatClaim = 6;
    private const int StatusListClaim = 65533;
    private const int TtlClaim = 65534;
    private const int LogSizeClaim = -65538;

    private const int Claims = 6;
    private const int Depth = 2;

    private static ReadOnlySpan<byte> StatusListKey => [0x19, 0xFF, 0xFD];
    private static ReadOnlySpan<byte> TtlKey => [0x19, 0xFF, 0xFE];

    // -65538 = -1 - 0x10001
    private static ReadOnlySpan<byte> LogSizeKey => [0x3A, 0x00, 0x01, 0x00, 0x01];

    // {"lst": ...
    private static ReadOnlySpan<byte> ListOpening => [0xA2, 0x63, (byte)'l', (byte)'s', (byte)'t'];

    // ... "bits": 4}
    private static ReadOnlySpan<byte> ListBits => [0x64, (byte)'b', (byte)'i', (byte)'t', (byte)'s', StatusList.Bits];

    public static byte[] Encode(StatusListToken token)
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(Claims);
        writer.WriteInteger(SubClaim);
        writer.WriteText(token.Uri);
        writer.WriteInteger(ExpClaim);
        writer.WriteInteger(token.ExpiresAt);
        writer.WriteInteger(IatClaim);
        writer.WriteInteger(token.IssuedAt);
        writer.WriteInteger(StatusListClaim);
        writer.WriteMap(2);
        writer.WriteText("lst");
        writer.WriteBytes(token.List.Compress());
        writer.WriteText("bits");
        writer.WriteInteger(StatusList.Bits);
        writer.WriteInteger(TtlClaim);
        writer.WriteInteger(token.TimeToLive);
        writer.WriteInteger(LogSizeClaim);
        writer.WriteInteger(token.LogSize);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlyMemory<byte> claims, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal)
    {
        token = null;
        if (!CanonicalCbor.Check(claims.Span, StatusListToken.MaxBytes, Depth, out refusal))
            return false;

        var reader = new CanonicalReader(claims.Span);
        if (!reader.TryReadHead(out var major, out var pairs) || major != CborMajor.Map || pairs != Claims
            || !reader.TryReadExactly([SubClaim]) || !reader.TryReadText(out ReadOnlySpan<byte> uri)
            || !reader.TryReadExactly([ExpClaim]) || !reader.TryReadUnsigned(StatusListToken.LastSecond, out var expires)
            || !reader.TryReadExactly([IatClaim]) || !reader.TryReadUnsigned(StatusListToken.LastSecond, out var issued)
            || !reader.TryReadExactly(StatusListKey)
            || !reader.TryReadExactly(ListOpening) || !reader.TryReadBytes(out var lst) || !reader.TryReadExactly(ListBits)
            || !reader.TryReadExactly(TtlKey) || !reader.TryReadUnsigned(StatusListToken.LastSecond, out var ttl)
            || !reader.TryReadExactly(LogSizeKey) || !reader.TryReadUnsigned(long.MaxValue, out var logSize))
        {
            refusal = new Refusal(Codes.Malformed, "not {2: uri, 4: exp, 6: iat, 65533: {lst, bits: 4}, 65534: ttl, -65538: log size}");
            return false;
        }

        if (!StatusList.TryInflate(lst, length, out var list, out refusal))
            return false;
        var read = new StatusListToken(Encoding.UTF8.GetString(uri), issued, expires, ttl, logSize, list);
        if (read.Fault() is { } fault)
        {
            refusal = fault;
            return false;
        }

        token = read;
        return true;
    }
}
