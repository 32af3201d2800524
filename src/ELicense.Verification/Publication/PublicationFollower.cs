using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <param name="StateFolder">Caches that may be deleted; null: in memory.</param>
/// <param name="HighWaterFolder">High-water mark (trust version, checkpoint size and root), kept apart from the caches; null: none is kept.</param>
public sealed record FollowerSettings(TrustAnchor Anchor, string? StateFolder, string? HighWaterFolder);

/// <summary>What a round of following came to.</summary>
/// <param name="Refusal">Null when all is well; else the last good state goes on.</param>
public sealed record FollowResult(long LogSize, int NewEntries, Refusal? Refusal);

/// <summary>Follows one publication: verifies everything it takes over, keeps a high-water mark, refuses rollback, forks and unknown entries.</summary>
public sealed class PublicationFollower : IDisposable
{
    public PublicationFollower(PublicationSource source, FollowerSettings settings, TimeProvider clock) => throw new NotImplementedException();

    /// <summary>The newest good state; null before the first.</summary>
    public PublicationView? View => throw new NotImplementedException();

    /// <summary>The newest round's refusal; null when it was good.</summary>
    public Refusal? LastRefusal => throw new NotImplementedException();

    /// <summary>One round: trust, checkpoint, new entries, packs.</summary>
    public Task<FollowResult> PollAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Rounds until cancelled, each after the checkpoint changed.</summary>
    public Task RunAsync(CancellationToken cancellation) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
