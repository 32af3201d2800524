using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Publishing;

/// <summary>What a round of publishing came to.</summary>
/// <param name="NewEntries">Entries that the checkpoint before did not cover.</param>
/// <param name="Refusal">log-rollback or log-fork: the database does not extend what is published; nothing was signed.</param>
public sealed record PublishResult(Checkpoint? Checkpoint, long NewEntries, Refusal? Refusal);

/// <summary>Publishes the log and its views into the publication folder. One for a register; calls are serialized.</summary>
public sealed class Publisher : IDisposable
{
    public Publisher(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock) => throw new NotImplementedException();

    /// <summary>One round: tiles, entries, packs, checkpoint, status lists. Without new entries, a new cosignature.</summary>
    public Task<PublishResult> PublishAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Rounds after each change and at least each minute, until cancelled.</summary>
    /// <param name="published">Told of each round, also of a refused one; null: nobody listens.</param>
    public Task RunAsync(Action<PublishResult>? published, CancellationToken cancellation) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
