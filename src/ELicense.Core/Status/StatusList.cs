using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using ELicense.Core.Licenses;

namespace ELicense.Core.Status;

/// <summary>Standings of one list, 4 bits each, least significant first (Token Status List, bits 4). New: all not issued. Not synchronized.</summary>
public sealed class StatusList
{
    /// <summary>Entries of a license list.</summary>
    public const int LicenseListLength = 1 << 20;

    /// <summary>Entries of a certificate list.</summary>
    public const int CertificateListLength = 1 << 16;

    /// <summary>Bits of one entry.</summary>
    public const int Bits = 4;

    private const int Mask = (1 << Bits) - 1;
    private const byte AllNotIssued = ((int)Standing.NotIssued << Bits) | (int)Standing.NotIssued;

    private static readonly Standing[] Known =
        [Standing.Valid, Standing.Revoked, Standing.Suspended, Standing.Superseded, Standing.Cancelled, Standing.NotIssued];

    private static readonly SearchValues<byte> KnownPairs =
        SearchValues.Create([.. Known.SelectMany(_ => Known, (low, high) => (byte)(((int)high << Bits) | (int)low))]);

    private readonly byte[] _packed;

    /// <param name="length">Entries, even and at least 2.</param>
    public StatusList(int length)
        : this(new byte[PackedSize(length)])
    {
        _packed.AsSpan().Fill(AllNotIssued);
    }

    private StatusList(byte[] packed) => _packed = packed;

    public int Length => _packed.Length * 2;

    /// <summary>Throws on an index out of range.</summary>
    public Standing this[int index]
    {
        // Token Status List 4.1: the first entry of a byte is in its least significant bits.
        get => (Standing)((_packed[Slot(index)] >> Shift(index)) & Mask);
        set
        {
            if (!IsKnown(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "Not a standing.");
            ref var pair = ref _packed[Slot(index)];
            pair = (byte)((pair & ~(Mask << Shift(index))) | ((int)value << Shift(index)));
        }
    }

    /// <summary>The packed bytes, Length / 2.</summary>
    public ReadOnlySpan<byte> Packed => _packed;

    /// <summary>Whether the number is one of the table's.</summary>
    public static bool IsKnown(Standing standing) => Known.AsSpan().Contains(standing);

    /// <summary>ZLIB (RFC 1950) of the packed bytes: the claim lst.</summary>
    public byte[] Compress()
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(_packed);
        return compressed.ToArray();
    }

    /// <summary>Inflates at most <paramref name="length"/> / 2 bytes and wants exactly that many; a standing outside the table is refused. Code malformed.</summary>
    /// <param name="length">Entries that the list must have, even and at least 2.</param>
    public static bool TryInflate(ReadOnlySpan<byte> lst, int length, [NotNullWhen(true)] out StatusList? list, out Refusal refusal)
    {
        list = null;
        refusal = default;
        var packed = new byte[PackedSize(length)];
        if (!TryInflate(lst, packed))
        {
            refusal = new Refusal(Codes.Malformed, $"A status list of {length} entries is ZLIB data of exactly {packed.Length} bytes.");
            return false;
        }

        var unknown = packed.AsSpan().IndexOfAnyExcept(KnownPairs);
        if (unknown >= 0)
        {
            refusal = new Refusal(Codes.Malformed, $"The status list has a value without meaning at index {2 * unknown} or {(2 * unknown) + 1}.");
            return false;
        }

        list = new StatusList(packed);
        return true;
    }

    private static bool TryInflate(ReadOnlySpan<byte> lst, Span<byte> packed)
    {
        // FDICT (RFC 1950 2.2): a dictionary agreed on elsewhere; there is none.
        if (lst.Length < 2 || (lst[1] & 0x20) != 0)
            return false;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(lst.ToArray(), writable: false), CompressionMode.Decompress);
            // One byte past the wanted ones is asked for and no more: a bomb is not inflated.
            if (zlib.ReadAtLeast(packed, packed.Length, throwOnEndOfStream: false) != packed.Length || zlib.ReadByte() >= 0)
                return false;
        }
        catch (InvalidDataException)
        {
            return false;
        }

        // The stream takes data whose checksum is cut off, or that something follows, for whole.
        return lst.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(lst[^sizeof(uint)..]) == Adler32(packed);
    }

    // RFC 1950 8.2
    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        const uint Base = 65521;
        const int LargestWithoutOverflow = 5552;
        uint a = 1, b = 0;
        while (!data.IsEmpty)
        {
            var block = data[..Math.Min(data.Length, LargestWithoutOverflow)];
            foreach (var value in block)
            {
                a += value;
                b += a;
            }

            (a, b) = (a % Base, b % Base);
            data = data[block.Length..];
        }

        return (b << 16) | a;
    }

    private static int PackedSize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        return length % 2 == 0 ? length / 2 : throw new ArgumentOutOfRangeException(nameof(length), length, "Two entries share a byte.");
    }

    private int Slot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        return index >> 1;
    }

    private static int Shift(int index) => (index & 1) * Bits;
}
