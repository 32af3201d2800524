using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>A checkpoint whose signature and cosignature were right.</summary>
/// <param name="Note">The file as it was read.</param>
internal sealed record SignedCheckpoint(ReadOnlyMemory<byte> Note, Checkpoint Checkpoint, DateTimeOffset Time)
{
    public const string Path = "log/checkpoint";

    /// <summary>Far above what time servers leave between two machines.</summary>
    public static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);

    /// <summary>What a note says of its log, verified or not; null when it says nothing of the kind.</summary>
    public static Checkpoint? Peek(byte[]? note) =>
        SignedNote.TryParse(note, out var signed, out _) && Checkpoint.TryParse(signed.Text, out var checkpoint, out _) ? checkpoint : null;

    public static async Task<(SignedCheckpoint? Signed, Refusal Refusal)> ReadAsync(
        PublicationSource source, VerifiedTrust trust, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = await source.ReadAsync(Path, SignedNote.MaxBytes, cancellation);
        if (note is null)
            return (null, new Refusal(Codes.CheckpointSignature, $"{source.Name} has no checkpoint."));
        var (logs, clocks) = (trust.KeysInForce(KeyRole.Log, now), trust.KeysInForce(KeyRole.Clock, now));
        if (logs.Count == 0 || clocks.Count == 0)
            return (null, new Refusal(Codes.KeyPeriod, $"The trust card names no log key or no clock key for {now:u}."));
        if (!CheckpointSigning.TryOpen(note, trust.Card.Origin, logs, clocks, out var checkpoint, out var time, out var refusal))
            return (null, refusal);
        // A key that was stolen or retired at a size signs nothing larger; which one signed shows when the others alone do not do.
        var (logsAtSize, clocksAtSize) = (trust.KeysInForce(KeyRole.Log, now, checkpoint.Size), trust.KeysInForce(KeyRole.Clock, now, checkpoint.Size));
        if ((logsAtSize.Count < logs.Count || clocksAtSize.Count < clocks.Count)
            && !CheckpointSigning.TryOpen(note, trust.Card.Origin, logsAtSize, clocksAtSize, out checkpoint, out time, out refusal))
            return (null, new Refusal(Codes.KeyLogSize, $"The checkpoint's size is not one for which its keys are accepted. {refusal.Detail}"));
        // Taken over, it would keep standings from turning stale, and as the mark it would refuse every right time after it.
        return time > now + ClocksMayDiffer
            ? (null, new Refusal(Codes.ClockAhead, $"The checkpoint's time is {time:u}; it is {now:u}."))
            : (new SignedCheckpoint(note, checkpoint, time), default);
    }
}
