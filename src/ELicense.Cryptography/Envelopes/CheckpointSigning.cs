using System.Diagnostics.CodeAnalysis;
using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>Making and checking the signatures of a checkpoint: the log key's and the clock key's (both Ed25519, both named by the origin).</summary>
public static class CheckpointSigning
{
    // 9999-12-31T23:59:59Z, the last second that DateTimeOffset holds.
    private const long LastSecond = 253402300799;

    /// <summary>The log key as C2SP signed-note names it.</summary>
    public static NoteKey LogKey(string origin, VerificationKey log) => NoteKey(origin, NoteKeyType.Ed25519, log);

    /// <summary>The clock key as C2SP tlog-cosignature names it.</summary>
    public static NoteKey ClockKey(string origin, VerificationKey clock) => NoteKey(origin, NoteKeyType.CosignatureV1, clock);

    /// <summary>The note with the log key's signature and the clock key's time-stamped cosignature.</summary>
    public static SignedNote Sign(Checkpoint checkpoint, SigningKey log, SigningKey clock, DateTimeOffset now)
    {
        var text = checkpoint.ToText();
        var signature = new NoteSignature(
            checkpoint.Origin, LogKey(checkpoint.Origin, log.PublicKey).KeyId, log.Sign(Encoding.UTF8.GetBytes(text)));
        return Cosign(new SignedNote(text, [signature]), clock, checkpoint.Origin, now);
    }

    /// <summary>The same checkpoint with a new time.</summary>
    public static SignedNote Cosign(SignedNote signed, SigningKey clock, string origin, DateTimeOffset now)
    {
        var key = ClockKey(origin, clock.PublicKey);
        var time = now.ToUnixTimeSeconds();
        var bytes = CosignatureV1.Encode(time, clock.Sign(CosignatureV1.Message(time, signed.Text)));
        return signed with
        {
            Signatures = [.. signed.Signatures.Where(s => !IsOf(s, key)), new NoteSignature(origin, key.KeyId, bytes)],
        };
    }

    /// <summary>
    /// Wants the origin, a right signature of a log key, and a right cosignature of a clock key; the time is the newest cosignature's. While keys overlap, any of them will do. Signatures of
    /// strangers are ignored, a wrong or a second one under a known key id is refused. Codes: malformed, checkpoint-signature.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> note, string origin, IReadOnlyList<VerificationKey> logs, IReadOnlyList<VerificationKey> clocks,
        [NotNullWhen(true)] out Checkpoint? checkpoint, out DateTimeOffset time, out Refusal refusal)
    {
        time = default;
        if (!SignedNote.TryParse(note, out var signed, out refusal))
        {
            checkpoint = null;
            return false;
        }

        if (!Checkpoint.TryParse(signed.Text, out checkpoint, out refusal))
            return false;
        var fault =
            !string.Equals(checkpoint.Origin, origin, StringComparison.Ordinal) ? "The checkpoint is of another origin."
            : !IsSignedByLog(signed, origin, logs) ? "The checkpoint has no single right signature of the log key."
            : !IsCosignedByClock(signed, origin, clocks, out time) ? "The checkpoint has no single right cosignature of the clock key."
            : null;
        if (fault is null)
            return true;
        checkpoint = null;
        refusal = new Refusal(Codes.CheckpointSignature, fault);
        return false;
    }

    private static bool IsSignedByLog(SignedNote note, string origin, IReadOnlyList<VerificationKey> logs)
    {
        var text = Encoding.UTF8.GetBytes(note.Text);
        var any = false;
        foreach (var log in logs)
        {
            var signatures = Of(note, LogKey(origin, log));
            if (signatures.Length > 1 || (signatures.Length == 1 && !log.Verify(text, signatures[0].Bytes.Span)))
                return false;
            any |= signatures.Length == 1;
        }

        return any;
    }

    private static bool IsCosignedByClock(SignedNote note, string origin, IReadOnlyList<VerificationKey> clocks, out DateTimeOffset time)
    {
        time = default;
        var newest = -1L;
        foreach (var clock in clocks)
        {
            var cosignatures = Of(note, ClockKey(origin, clock));
            if (cosignatures.Length == 0)
                continue;
            if (cosignatures.Length > 1
                || !CosignatureV1.TryDecode(cosignatures[0].Bytes.Span, out var seconds, out var signature)
                || seconds is < 0 or > LastSecond
                || !clock.Verify(CosignatureV1.Message(seconds, note.Text), signature))
                return false;
            newest = Math.Max(newest, seconds);
        }

        time = newest < 0 ? default : DateTimeOffset.FromUnixTimeSeconds(newest);
        return newest >= 0;
    }

    private static NoteSignature[] Of(SignedNote note, NoteKey key) => [.. note.Signatures.Where(signature => IsOf(signature, key)).Take(2)];

    private static bool IsOf(NoteSignature signature, NoteKey key) =>
        signature.KeyId == key.KeyId && string.Equals(signature.Name, key.Name, StringComparison.Ordinal);

    private static NoteKey NoteKey(string origin, NoteKeyType type, VerificationKey key) => key.Suite == Suite.Ed25519
        ? new NoteKey(origin, type, key.RawKey)
        : throw new ArgumentException($"Notes are signed with Ed25519; {key} is another algorithm.", nameof(key));
}
