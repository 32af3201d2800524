using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>Making and checking the signatures of a checkpoint: the log key's and the clock key's (both Ed25519, both named by the origin).</summary>
public static class CheckpointSigning
{
    public static NoteKey LogKey(string origin, VerificationKey log) => throw new NotImplementedException();

    public static NoteKey ClockKey(string origin, VerificationKey clock) => throw new NotImplementedException();

    /// <summary>The note with the log key's signature and the clock key's time-stamped cosignature.</summary>
    public static SignedNote Sign(Checkpoint checkpoint, SigningKey log, SigningKey clock, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The same checkpoint with a new time.</summary>
    public static SignedNote Cosign(SignedNote signed, SigningKey clock, string origin, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>
    /// Wants the origin, a right signature of the log key, and a right cosignature of the clock key; the time is the cosignature's. Signatures of strangers are ignored,
    /// a wrong one under a known key id is refused. Codes: malformed, checkpoint-signature.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> note, string origin, VerificationKey log, VerificationKey clock,
        [NotNullWhen(true)] out Checkpoint? checkpoint, out DateTimeOffset time, out Refusal refusal) => throw new NotImplementedException();
}
