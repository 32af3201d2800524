using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ELicense.Core.Log;

/// <summary>Paths of C2SP tlog-tiles, relative to the log's folder, and of our document packs.</summary>
public static class TilePath
{
    /// <summary>Hashes or entries in a full tile.</summary>
    public const int Width = 256;

    private const int MaxLevel = 63;
    private const int LevelBits = 8;

    /// <summary>tile/&lt;level&gt;/&lt;n&gt;, with .p/&lt;width&gt; when width is below 256; n as x001/x234/067.</summary>
    public static string Hashes(int level, long n, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        return string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{Index(n)}{Partial(width)}");
    }

    /// <summary>tile/entries/&lt;n&gt;[.p/&lt;width&gt;]</summary>
    public static string Entries(long n, int width) => $"tile/entries/{Index(n)}{Partial(width)}";

    /// <summary>n as x001/x234/067.</summary>
    public static string Index(long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var path = (n % 1000).ToString("d3", CultureInfo.InvariantCulture);
        for (var rest = n / 1000; rest > 0; rest /= 1000)
            path = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:d3}/{path}");
        return path;
    }

    /// <summary>Hashes that tile <paramref name="n"/> of a level has in a tree of <paramref name="treeSize"/> leaves: 0 (no such tile) to 256. Entry bundles are as wide as level 0.</summary>
    public static int WidthIn(long treeSize, int level, long n)
    {
        // C2SP tlog-tiles: a level holds floor(size / 256^level) hashes.
        var hashes = level * LevelBits < 64 ? treeSize >> (level * LevelBits) : 0;
        return n > hashes / Width ? 0 : (int)Math.Min(Width, hashes - (n * Width));
    }

    private static string Partial(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        return width == Width ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{width}");
    }
}

/// <summary>Entry bundle of C2SP tlog-tiles: each entry with a big-endian 16-bit length before it.</summary>
public static class EntryBundle
{
    private const int LengthBytes = sizeof(ushort);

    /// <param name="entries">At most 256, of at most 65,535 bytes each.</param>
    public static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, TilePath.Width);
        var bytes = new byte[entries.Sum(entry => LengthBytes + entry.Length)];
        var rest = bytes.AsSpan();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)entry.Length));
            entry.Span.CopyTo(rest[LengthBytes..]);
            rest = rest[(LengthBytes + entry.Length)..];
        }

        return bytes;
    }

    /// <param name="count">Entries wanted, 1 to 256; fewer, more or trailing bytes are refused (malformed).</param>
    /// <param name="entries">Slices of <paramref name="bytes"/>; what an entry says is not looked at.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int count, [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? entries, out Refusal refusal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TilePath.Width);
        entries = null;
        refusal = default;
        var read = new ReadOnlyMemory<byte>[count];
        var rest = bytes;
        for (var i = 0; i < count; i++)
        {
            var length = rest.Length < LengthBytes ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
            if (length > rest.Length - LengthBytes)
            {
                refusal = new Refusal(Codes.Malformed, $"The bundle ends within entry {i} of {count}.");
                return false;
            }

            read[i] = rest.Slice(LengthBytes, length);
            rest = rest[(LengthBytes + length)..];
        }

        if (!rest.IsEmpty)
        {
            refusal = new Refusal(Codes.Malformed, $"{rest.Length} bytes follow the {count} entries of the bundle.");
            return false;
        }

        entries = read;
        return true;
    }
}
