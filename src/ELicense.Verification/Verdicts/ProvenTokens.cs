using System.Buffers.Binary;
using System.Numerics;

namespace ELicense.Verification.Verdicts;

/// <summary>
/// Tokens whose signatures were found right lately, found by their bytes. Only those enter, so that false tokens, however many, take nothing's place.
/// Sets of eight, each with its own CLOCK hand: what was asked for again outlives what was seen once. Fixed in size, read and written by many threads without locks: a race
/// loses a place or a mark, which costs a signature at worst.
/// </summary>
public sealed class ProvenTokens
{
    private const int Ways = 8;

    /// <summary>In a tag: asked for since the hand came by.</summary>
    private const uint Used = 1;

    /// <summary>In a tag: its place is taken.</summary>
    private const uint Taken = 2;

    // A set's tags share a line of the processor's cache: what is not wanted is passed over without being touched.
    private readonly uint[] _tags;
    private readonly ProvenToken?[] _places;
    private readonly byte[] _hands;
    private readonly uint _setMask;

    /// <param name="capacity">Rounded up to a power of two, at least 8. A token of usual size takes some 900 bytes.</param>
    public ProvenTokens(int capacity)
    {
        var sets = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (capacity + Ways - 1) / Ways));
        _tags = new uint[sets * Ways];
        _places = new ProvenToken?[sets * Ways];
        _hands = new byte[sets];
        _setMask = sets - 1;
    }

    public int Capacity => _places.Length;

    public ProvenToken? Find(ReadOnlySpan<byte> token)
    {
        if (token.Length < 2 * sizeof(uint))
            return null;
        var first = SetOf(token) * Ways;
        var wanted = TagOf(token);
        for (var place = first; place < first + Ways; place++)
        {
            var tag = _tags[place];
            if ((tag & ~Used) != wanted || Volatile.Read(ref _places[place]) is not { } proven || !proven.Bytes.SequenceEqual(token))
                continue;
            // Written only when it changes: cores that read the same token share its line.
            if ((tag & Used) == 0)
                _tags[place] = tag | Used;
            return proven;
        }

        return null;
    }

    internal void Add(ProvenToken token)
    {
        var set = SetOf(token.Bytes);
        var tags = _tags.AsSpan(set * Ways, Ways);
        var tag = TagOf(token.Bytes);
        for (var way = 0; way < Ways; way++)
        {
            if (tags[way] == 0 || (tags[way] & ~Used) == tag)
            {
                Put(way);
                return;
            }
        }

        // After one turn of the hand no mark is left, if nobody sets new ones meanwhile.
        for (var step = 0; step < 2 * Ways; step++)
        {
            var way = _hands[set]++ % Ways;
            if (step == (2 * Ways) - 1 || (tags[way] & Used) == 0)
            {
                Put(way);
                return;
            }

            tags[way] &= ~Used;
        }

        void Put(int way)
        {
            Volatile.Write(ref _places[(set * Ways) + way], token);
            _tags[(set * Ways) + way] = tag;
        }
    }

    // A token ends with its signature, which is as good as a hash: nobody chooses the bits of one that enters without the license key.
    private int SetOf(ReadOnlySpan<byte> token) => (int)(BinaryPrimitives.ReadUInt32LittleEndian(token[^sizeof(uint)..]) & _setMask);

    private static uint TagOf(ReadOnlySpan<byte> token) => (BinaryPrimitives.ReadUInt32LittleEndian(token[^(2 * sizeof(uint))..]) & ~Used) | Taken;
}
