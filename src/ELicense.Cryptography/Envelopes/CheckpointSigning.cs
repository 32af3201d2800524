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
    /// Wants the origin, a right signature of the log key, and a right cosignature of the clock key; the time is the cosignature's. Signatures of strangers are ignored,
    /// a wrong or a second one under a known key id is refused. Codes: malformed, checkpoint-signature.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> note, string origin, VerificationKey log, VerificationKey clock,
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
            : !IsSignedByLog(signed, LogKey(origin, log), log) ? "The checkpoint has no single right signature of the log key."
            : !IsCosignedByClock(signed, ClockKey(origin, clock), clock, out time) ? "The checkpoint has no single right cosignature of the clock key."
            : null;
        if (fault is null)
            return true;
        checkpoint = null;
        refusal = new Refusal(Codes.CheckpointSignature, fault);
        return false;
    }

    private static bool IsSignedByLog(SignedNote note, NoteKey name, VerificationKey log) =>
        TryFindOnly(note, name, out var signature) && log.Verify(Encoding.UTF8.GetBytes(note.Text), signature.Bytes.Span);

    private static bool IsCosignedByClock(SignedNote note, NoteKey name, VerificationKey clock, out DateTimeOffset time)
    {
        time = default;
        if (!TryFindOnly(note, name, out var cosignature)
            || !CosignatureV1.TryDecode(cosignature.Bytes.Span, out var seconds, out var signature)
            || seconds is < 0 or > LastSecond
            || !clock.Verify(CosignatureV1.Message(seconds, note.Text), signature))
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static bool TryFindOnly(SignedNote note, NoteKey key, [NotNullWhen(true)] out NoteSignature? signature)
    {
        var found = note.Signatures.Where(s => IsOf(s, key)).Take(2).ToArray();
        signature = found.Length == 1 ? found[0] : null;
        return signature is not null;
    }

    private static bool IsOf(NoteSignature signature, NoteKey key) =>
        signature.KeyId == key.KeyId && string.Equals(signature.Name, key.Name, StringComparison.Ordinal);

    private static NoteKey NoteKey(string origin, NoteKeyType type, VerificationKey key) => key.Suite == Suite.Ed25519
        ? new NoteKey(origin, type, key.RawKey)
        : throw new ArgumentException($"Notes are signed with Ed25519; {key} is another algorithm.", nameof(key));
}
