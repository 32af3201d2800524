using System.Text.Unicode;

namespace ELicense.Core.Tokens;

/// <summary>Gate before every CBOR decoder of foreign bytes: one pass, no allocation.</summary>
public static class CanonicalCbor
{
    /// <summary>Most that a caller may ask for as depth: the check recurses once a level.</summary>
    public const int DeepestAllowed = 64;

    /// <summary>
    /// True when <paramref name="bytes"/> are exactly one data item in core deterministic encoding (RFC 8949 4.2.1: shortest heads, definite lengths,
    /// keys in bytewise order, no duplicates), valid UTF-8, no floating point, within the bounds. Codes: too-large, too-deep, not-canonical, malformed.
    /// </summary>
    /// <param name="maxDepth">How many arrays, maps and tags may be open at once, empty ones too; 0 allows a number or a string only.</param>
    public static bool Check(ReadOnlySpan<byte> bytes, int maxBytes, int maxDepth, out Refusal refusal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, DeepestAllowed);
        refusal = default;
        if (bytes.Length > maxBytes)
            return Refuse(Codes.TooLarge, $"{bytes.Length} bytes, at most {maxBytes} are read", out refusal);

        var walk = new Walk(bytes, maxDepth);
        if (!walk.Item(0))
        {
            var (code, detail) = walk.Reason;
            return Refuse(code, $"{detail}, near byte {walk.Position}", out refusal);
        }
        return walk.Position == bytes.Length || Refuse(Codes.Malformed, $"{bytes.Length - walk.Position} bytes after the end", out refusal);
    }

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }

    private ref struct Walk(ReadOnlySpan<byte> bytes, int maxDepth)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private CanonicalReader _reader = new(bytes);
        private (string Code, string Detail)? _reason;

        public readonly int Position => _reader.Position;

        public readonly (string Code, string Detail) Reason => _reason ?? (_reader.Code, _reader.Detail);

        public bool Item(int depth)
        {
            if (!_reader.TryReadHead(out var major, out var argument))
                return false;
            switch (major)
            {
                case CborMajor.Bytes:
                    return _reader.TryTake(argument, out _);
                case CborMajor.Text:
                    return _reader.TryTake(argument, out var text) && (Utf8.IsValid(text) || Refuse(Codes.Malformed, "text that is not UTF-8"));
                case CborMajor.Array or CborMajor.Map or CborMajor.Tag when depth == maxDepth:
                    return Refuse(Codes.TooDeep, $"more than {maxDepth} levels");
                case CborMajor.Array:
                    return Elements(argument, depth + 1);
                case CborMajor.Map:
                    return Pairs(argument, depth + 1);
                case CborMajor.Tag:
                    return Item(depth + 1);
                default:
                    return true;
            }
        }

        private bool Elements(ulong count, int depth)
        {
            // An element takes a byte at least: a count beyond the data ends here, before it is believed.
            if (count > (ulong)_reader.Remaining)
                return Refuse(Codes.Malformed, "more elements than bytes");
            for (var i = 0UL; i < count; i++)
            {
                if (!Item(depth))
                    return false;
            }
            return true;
        }

        private bool Pairs(ulong count, int depth)
        {
            if (count > (ulong)_reader.Remaining / 2)
                return Refuse(Codes.Malformed, "more pairs than bytes");
            var before = ReadOnlySpan<byte>.Empty;
            for (var i = 0UL; i < count; i++)
            {
                var start = Position;
                if (!Item(depth))
                    return false;
                var key = _bytes[start..Position];
                // RFC 8949 4.2.1: bytewise order of the encoded keys; an equal one is a duplicate.
                if (i > 0 && before.SequenceCompareTo(key) >= 0)
                    return Refuse(Codes.NotCanonical, "map keys out of order or twice");
                before = key;
                if (!Item(depth))
                    return false;
            }
            return true;
        }

        private bool Refuse(string code, string detail)
        {
            _reason = (code, detail);
            return false;
        }
    }
}
