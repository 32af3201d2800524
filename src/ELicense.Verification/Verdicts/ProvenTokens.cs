using System.Buffers.Binary;
using System.Numerics;
using ELicense.Core;

namespace ELicense.Verification.Verdicts;

/// <summary>
/// Tokens whose signatures were found right lately, found by the digest of their bytes. Only those enter, so that false tokens, however many, take nothing's place.
/// Sets of eight, each with its own CLOCK hand: what was asked for again outlives what was seen once. Fixed in size, read and written by many threads without locks.
/// </summary>
public sealed class ProvenTokens
{
    private const int Ways = 8;

    private readonly ProvenToken?[] _places;
    private readonly byte[] _hands;
    private readonly uint _setMask;

    /// <param name="capacity">Rounded up to a power of two, at least 8. A token of usual size takes some 600 bytes.</param>
    public ProvenTokens(int capacity)
    {
        var sets = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (capacity + Ways - 1) / Ways));
        _places = new ProvenToken?[sets * Ways];
        _hands = new byte[sets];
        _setMask = sets - 1;
    }

    public int Capacity => _places.Length;

    public ProvenToken? Find(in Digest id)
    {
        foreach (ref var place in SetOf(id, out _))
        {
            if (Volatile.Read(ref place) is { } token && token.Id == id)
            {
                // Written only when it changes: cores that read the same token share its line.
                if (!token.WasUsed)
                    token.WasUsed = true;
                return token;
            }
        }

        return null;
    }

    internal void Add(ProvenToken token)
    {
        var places = SetOf(token.Id, out var set);
        foreach (ref var place in places)
        {
            if (place is null || place.Id == token.Id)
            {
                Volatile.Write(ref place, token);
                return;
            }
        }

        // After one turn of the hand no mark is left, if nobody sets new ones meanwhile.
        for (var step = 0; step < 2 * Ways; step++)
        {
            ref var place = ref places[_hands[set]++ % Ways];
            if (step == (2 * Ways) - 1 || place is not { WasUsed: true } used)
            {
                Volatile.Write(ref place, token);
                return;
            }

            used.WasUsed = false;
        }
    }

    // A digest is as good as a hash: nobody chooses its bits without the license key.
    private Span<ProvenToken?> SetOf(in Digest id, out int set)
    {
        set = (int)(BinaryPrimitives.ReadUInt32LittleEndian(id.Span) & _setMask);
        return _places.AsSpan(set * Ways, Ways);
    }
}
