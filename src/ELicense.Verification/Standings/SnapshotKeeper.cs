using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Standings;

/// <summary>Decides when the standings are written down: seldom enough to cost nothing, often enough that little is to be caught up at the next start. Owned by the follower.</summary>
internal sealed class SnapshotKeeper(string? folder, TimeProvider clock)
{
    private const long MostRecent = 65_536;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private Digest _card;
    private long _writtenAt;

    /// <summary>Log size of the snapshot on disk; 0 when there is none that counts.</summary>
    public long Size { get; private set; }

    public StatusIndex Load(LookupIndex lookup, VerifiedTrust trust, MerkleFrontier frontier)
    {
        _card = Digest.Of(trust.Card.EncodeJson());
        _writtenAt = clock.GetTimestamp();
        var standings = lookup.LoadStandings(folder, _card, frontier, out var size);
        Size = size;
        return standings;
    }

    /// <summary>Writes a snapshot when one is due. The standings must not be written meanwhile.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Keep(LookupIndex lookup, VerifiedTrust trust, MerkleFrontier frontier, StatusIndex standings)
    {
        var card = Digest.Of(trust.Card.EncodeJson());
        var isDue = Size == 0 || card != _card || frontier.Size - Size >= MostRecent || (frontier.Size > Size && clock.GetElapsedTime(_writtenAt) >= Longest);
        if (folder is null || frontier.Size == 0 || !isDue)
            return;
        StandingSnapshot.Write(folder, new SnapshotGround(lookup.Build, card, frontier.Size, frontier.Root), standings);
        (Size, _card, _writtenAt) = (frontier.Size, card, clock.GetTimestamp());
    }
}
