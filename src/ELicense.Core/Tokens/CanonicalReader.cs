using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ELicense.Core.Tokens;

/// <summary>Major types of CBOR (RFC 8949 3.1).</summary>
internal enum CborMajor
{
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    Map = 5,
    Tag = 6,
    Simple = 7,
}

/// <summary>
/// Reads heads that are in their shortest form and of definite length, and nothing else; allocates nothing. A reader that returned false is not used again.
/// For formats of fixed shape on hot paths: reading them through this is the canonical check.
/// </summary>
internal ref struct CanonicalReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Why the last head was refused: <see cref="Codes.NotCanonical"/> or <see cref="Codes.Malformed"/>.</summary>
    public string Code { get; private set; } = Codes.Malformed;

    public string Detail { get; private set; } = "the data ends too early";

    /// <param name="argument">The head's number; for simple values the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadHead(out CborMajor major, out ulong argument)
    {
        var position = Position;
        if ((uint)position >= (uint)_bytes.Length)
        {
            (major, argument) = (default, default);
            return false;
        }
        int initial = _bytes[position];
        major = (CborMajor)(initial >> 5);
        argument = (uint)initial & 0x1F;
        if (argument >= 24)
            return TryReadLongHead(major, (int)argument, out argument);
        Position = position + 1;
        return major != CborMajor.Simple || argument is 20 or 21 or 22 || Refuse(Codes.Malformed, "a simple value other than false, true and null");
    }

    // RFC 8949 3, 4.2.1
    private bool TryReadLongHead(CborMajor major, int information, out ulong argument)
    {
        argument = 0;
        if (major == CborMajor.Simple && information < 28)
            return Refuse(Codes.Malformed, "a floating-point number or a simple value other than false, true and null");
        if (information == 31)
            return major is CborMajor.Bytes or CborMajor.Text or CborMajor.Array or CborMajor.Map
                ? Refuse(Codes.NotCanonical, "an indefinite length")
                : Refuse(Codes.Malformed, "additional information 31 that opens nothing");
        if (information > 27)
            return Refuse(Codes.Malformed, "reserved additional information");

        var size = 1 << (information - 24);
        if (Remaining <= size)
            return false;
        var tail = _bytes.Slice(Position + 1, size);
        var (value, least) = size switch
        {
            1 => (tail[0], 24UL),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(tail), 0x100UL),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(tail), 0x1_0000UL),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(tail), 0x1_0000_0000UL),
        };
        if (value < least)
            return Refuse(Codes.NotCanonical, "a number or length that is not in its shortest form");
        Position += 1 + size;
        argument = value;
        return true;
    }

    /// <summary>Takes bytes that follow a head; a length beyond the data is refused before anything is done with it.</summary>
    public bool TryTake(ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (ulong)Remaining)
            return Refuse(Codes.Malformed, "a length beyond the end of the data");
        taken = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    /// <summary>True when exactly these bytes come next; they are then read.</summary>
    public bool TryReadExactly(ReadOnlySpan<byte> expected)
    {
        if (!_bytes[Position..].StartsWith(expected))
            return false;
        Position += expected.Length;
        return true;
    }

    public bool TryReadArray(int count) => TryReadHead(out var major, out var n) && major == CborMajor.Array && n == (ulong)count;

    public bool TryReadUnsigned(long highest, out long value)
    {
        var read = TryReadHead(out var major, out var n) && major == CborMajor.Unsigned && n <= (ulong)highest;
        value = read ? (long)n : 0;
        return read;
    }

    /// <summary>An integer of either sign.</summary>
    public bool TryReadInteger(out long value)
    {
        value = 0;
        if (!TryReadHead(out var major, out var n) || major > CborMajor.Negative || n > long.MaxValue)
            return false;
        value = major == CborMajor.Unsigned ? (long)n : ~(long)n;
        return true;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadHead(out var major, out var length) && major == CborMajor.Bytes && TryTake(length, out value);
    }

    /// <summary>UTF-8 of a text string, not yet checked.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        return TryReadHead(out var major, out var length) && major == CborMajor.Text && TryTake(length, out utf8);
    }

    /// <summary>A text string that is UTF-8.</summary>
    public bool TryReadText([NotNullWhen(true)] out string? text)
    {
        text = TryReadText(out ReadOnlySpan<byte> utf8) && Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        return text is not null;
    }

    private bool Refuse(string code, string detail)
    {
        (Code, Detail) = (code, detail);
        return false;
    }
}
