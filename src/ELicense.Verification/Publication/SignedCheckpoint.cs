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

    // Far above what time servers leave between two machines.
    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);

    public static async Task<(SignedCheckpoint? Signed, Refusal Refusal)> ReadAsync(
        PublicationSource source, VerifiedTrust trust, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = await source.ReadAsync(Path, SignedNote.MaxBytes, cancellation);
        if (note is null)
            return (null, new Refusal(Codes.CheckpointSignature, $"{source.Name} has no checkpoint."));
        if (trust.FindInForce(KeyRole.Log, now) is not { } log || trust.FindInForce(KeyRole.Clock, now) is not { } clock)
            return (null, new Refusal(Codes.KeyPeriod, $"The trust card names no log key or no clock key for {now:u}."));
        if (!CheckpointSigning.TryOpen(note, trust.Card.Origin, log, clock, out var checkpoint, out var time, out var refusal))
            return (null, refusal);
        // Taken over, it would keep standings from turning stale, and as the mark it would refuse every right time after it.
        return time > now + ClocksMayDiffer
            ? (null, new Refusal(Codes.ClockAhead, $"The checkpoint's time is {time:u}; it is {now:u}."))
            : (new SignedCheckpoint(note, checkpoint, time), default);
    }
}
