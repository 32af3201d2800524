namespace ELicense.Core.Tokens;

/// <summary>Gate before every CBOR decoder of foreign bytes: one pass, no allocation.</summary>
public static class CanonicalCbor
{
    /// <summary>
    /// True when <paramref name="bytes"/> are exactly one data item in core deterministic encoding (RFC 8949 4.2.1: shortest heads, definite lengths,
    /// keys in bytewise order, no duplicates), valid UTF-8, no floating point, within the bounds. Codes: too-large, too-deep, not-canonical, malformed.
    /// </summary>
    public static bool Check(ReadOnlySpan<byte> bytes, int maxBytes, int maxDepth, out Refusal refusal) => throw new NotImplementedException();
}
