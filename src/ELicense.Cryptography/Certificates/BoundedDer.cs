using ELicense.Core;

namespace ELicense.Cryptography.Certificates;

/// <summary>Gate before every reader of foreign DER: one pass over heads and lengths, no recursion, no allocation. What the values mean is the reader's question.</summary>
public static class BoundedDer
{
    /// <summary>Most that a caller may ask for as depth.</summary>
    public const int DeepestAllowed = 64;

    // X.690 8.1.2.4: what no standard of ours has is a tag beyond four octets; of five, .NET's reader refuses those from 2^31 on.
    private const int LongestTag = 4;

    /// <summary>
    /// True when <paramref name="der"/> is exactly one value in distinguished encoding as far as heads tell (X.690 10.1: definite, shortest lengths) within the bounds.
    /// Codes: too-large, too-deep, malformed.
    /// </summary>
    /// <param name="maxDepth">How many constructed values may be open at once; 0 allows a primitive one only. Octet and bit strings are not looked into.</param>
    public static bool Check(ReadOnlySpan<byte> der, int maxBytes, int maxDepth, out Refusal refusal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, DeepestAllowed);
        refusal = default;
        if (der.Length > maxBytes)
            return Refuse(Codes.TooLarge, $"{der.Length} bytes, at most {maxBytes} are read.", out refusal);

        Span<int> ends = stackalloc int[maxDepth + 1]; // where each open value ends; the outermost is the whole
        ends[0] = der.Length;
        var (depth, position) = (0, 0);
        do
        {
            if (!TryReadHead(der[position..ends[depth]], out var head, out var length, out var constructed))
                return Refuse(Codes.Malformed, $"No value in distinguished encoding at byte {position} (X.690 10.1).", out refusal);
            position += head;
            if (!constructed)
            {
                position += length;
            }
            else if (depth == maxDepth)
            {
                return Refuse(Codes.TooDeep, $"More than {maxDepth} levels at byte {position}.", out refusal);
            }
            else
            {
                ends[++depth] = position + length;
            }

            while (depth > 0 && position == ends[depth])
                depth--;
        }
        while (depth > 0);

        return position == der.Length || Refuse(Codes.Malformed, $"{der.Length - position} bytes after the end.", out refusal);
    }

    /// <returns>False when head or content go beyond <paramref name="rest"/>, and for indefinite, reserved or needlessly long forms.</returns>
    private static bool TryReadHead(ReadOnlySpan<byte> rest, out int head, out int length, out bool constructed)
    {
        (head, length, constructed) = (0, 0, false);
        if (rest.Length < 2 || rest[0] == 0) // X.690 8.1.5: 00 00 ends indefinite forms, which are none of ours
            return false;
        constructed = (rest[0] & 0x20) != 0;
        head = 1;
        if ((rest[0] & 0x1f) == 0x1f && !TrySkipLongTag(rest, ref head))
            return false;
        if (head >= rest.Length)
            return false;

        var octet = rest[head++];
        if (octet < 0x80)
        {
            length = octet;
        }
        else
        {
            var count = octet & 0x7f;
            if (count is 0 or > 4 || rest.Length - head < count || rest[head] == 0) // 10.1: definite, no leading zero
                return false;
            uint value = 0;
            foreach (var part in rest.Slice(head, count))
                value = (value << 8) | part;
            head += count;
            if (value is < 0x80 or > int.MaxValue) // 10.1: the short form where it serves
                return false;
            length = (int)value;
        }

        return length <= rest.Length - head;
    }

    // X.690 8.1.2.4: base 128, no leading zeros, numbers from 31 on.
    private static bool TrySkipLongTag(ReadOnlySpan<byte> rest, ref int head)
    {
        var start = head;
        while (head < rest.Length && head - start < LongestTag)
        {
            var octet = rest[head++];
            if (octet == 0x80 && head - start == 1)
                return false;
            if (octet < 0x80)
                return head - start > 1 || octet >= 31;
        }

        return false;
    }

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
