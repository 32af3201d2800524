using System.Numerics;
using System.Security.Cryptography;

namespace ELicense.Web.Limits;

/// <summary>
/// A token bucket for each client network, in a table of fixed size, however many there are. Sets of four; who is new takes the place of a full bucket, which is worth
/// nothing, or of the fullest: those who owe most are remembered longest. No locks: a race loses one charge at worst.
/// </summary>
internal sealed class AddressBuckets(WorkRate rate, int capacity)
{
    private const int Ways = 4;

    private readonly TokenBucket _bucket = new(rate);
    private readonly Place[] _places = new Place[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * Ways, capacity))];

    // Nobody who chooses addresses knows which of them share a set.
    private readonly ulong _multiplier = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <inheritdoc cref="TokenBucket.Take"/>
    public long Take(ulong network, int hundredths, long now) => _bucket.Take(ref Find(network, now), hundredths, now);

    public void GiveBack(ulong network, int hundredths, long now) => _bucket.GiveBack(ref Find(network, now), hundredths);

    private ref long Find(ulong network, long now)
    {
        var set = _places.AsSpan((int)((network * _multiplier) >> (64 - BitOperations.Log2((uint)_places.Length / Ways))) * Ways, Ways);
        var fullest = 0;
        for (var way = 0; way < Ways; way++)
        {
            ref var place = ref set[way];
            if (Volatile.Read(ref place.Network) == network)
                return ref place.FullAt;
            if (Volatile.Read(ref place.FullAt) < Volatile.Read(ref set[fullest].FullAt))
                fullest = way;
        }

        Volatile.Write(ref set[fullest].FullAt, now);
        Volatile.Write(ref set[fullest].Network, network);
        return ref set[fullest].FullAt;
    }

    private struct Place
    {
        public ulong Network;
        public long FullAt;
    }
}
