using System.Buffers.Binary;
using System.Text;

namespace ELicense.Core.Tokens;

/// <summary>
/// Writes CBOR with shortest heads and definite lengths (RFC 8949 4.2.1), the counterpart of <see cref="CanonicalCbor"/>. Who writes keeps the announced counts and the
/// bytewise order of a map's keys; nothing else is remembered, so that a license costs no more than its bytes.
/// </summary>
/// <param name="buffer">Where writing begins; what does not fit goes on in a larger array.</param>
public ref struct CanonicalWriter(Span<byte> buffer)
{
    /// <summary>Bytes of a buffer on the stack that hold most of what a license consists of.</summary>
    public const int UsualSize = 1024;

    private const int LongestHead = 9;

    // Refuses lone surrogates with an ArgumentException: no text of CBOR can hold them (RFC 8949 3.1).
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Span<byte> _buffer = buffer;
    private int _count;

    /// <summary>What was written so far; it stays until the next call.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._count];

    public readonly byte[] ToArray() => Written.ToArray();

    public void WriteArray(int count) => WriteHead(CborMajor.Array, (ulong)count);

    public void WriteMap(int pairs) => WriteHead(CborMajor.Map, (ulong)pairs);

    /// <summary>A negative number n is written as -1 - n (RFC 8949 3.1).</summary>
    public void WriteInteger(long value)
    {
        if (value >= 0)
            WriteHead(CborMajor.Unsigned, (ulong)value);
        else
            WriteHead(CborMajor.Negative, (ulong)~value);
    }

    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        WriteHead(CborMajor.Bytes, (ulong)bytes.Length);
        WriteEncoded(bytes);
    }

    public void WriteText(scoped ReadOnlySpan<char> text)
    {
        var length = Utf8.GetByteCount(text);
        WriteHead(CborMajor.Text, (ulong)length);
        Utf8.GetBytes(text, Take(length));
    }

    /// <summary>A text, or null in its place.</summary>
    public void WriteTextOrNull(string? text)
    {
        if (text is null)
            WriteNull();
        else
            WriteText(text);
    }

    public void WriteNull() => Take(1)[0] = 0xF6;

    /// <summary>What is in its canonical form already.</summary>
    public void WriteEncoded(scoped ReadOnlySpan<byte> item) => item.CopyTo(Take(item.Length));

    private void WriteHead(CborMajor major, ulong argument)
    {
        Span<byte> head = stackalloc byte[LongestHead];
        var (information, size) = argument switch
        {
            < 24 => ((int)argument, 1),
            <= byte.MaxValue => (24, 2),
            <= ushort.MaxValue => (25, 3),
            <= uint.MaxValue => (26, 5),
            _ => (27, 9),
        };
        // The last bytes of the argument, big-endian, behind the initial byte.
        BinaryPrimitives.WriteUInt64BigEndian(head[1..], argument);
        var start = LongestHead - size;
        head[start] = (byte)(((int)major << 5) | information);
        WriteEncoded(head[start..]);
    }

    private Span<byte> Take(int size)
    {
        if (_buffer.Length - _count < size)
        {
            var larger = new byte[Math.Max(2 * _buffer.Length, checked(_count + size))];
            Written.CopyTo(larger);
            _buffer = larger;
        }

        var taken = _buffer.Slice(_count, size);
        _count += size;
        return taken;
    }
}
