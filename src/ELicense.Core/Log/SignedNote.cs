using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Log;

/// <summary>Signature types of C2SP signed-note.</summary>
public enum NoteKeyType
{
    Ed25519 = 1,
    CosignatureV1 = 4,
}

/// <summary>A verifier key of C2SP signed-note: name, type, 32 bytes of Ed25519 public key; vkey = name+hex key id+base64.</summary>
public sealed record NoteKey(string Name, NoteKeyType Type, ReadOnlyMemory<byte> PublicKey)
{
    /// <summary>First four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), big-endian.</summary>
    public uint KeyId => throw new NotImplementedException();

    public override string ToString() => throw new NotImplementedException();

    public static bool TryParse(string? vkey, [NotNullWhen(true)] out NoteKey? key, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>One signature line of a note. Bytes are without the 4-byte key id: 64 for Ed25519, 8 of time and 64 for cosignature/v1.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);

/// <summary>A note and its signatures, C2SP signed-note. Nothing is verified here.</summary>
/// <param name="Text">Ends with a line feed.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    public const int MaxBytes = 64 * 1024;

    public override string ToString() => throw new NotImplementedException();

    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SignedNote? note, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>The body of a checkpoint, C2SP tlog-checkpoint: origin, size, root; no extension lines.</summary>
public sealed record Checkpoint(string Origin, long Size, Digest Root)
{
    /// <summary>Three lines, each with its line feed: the text of the note.</summary>
    public string ToText() => throw new NotImplementedException();

    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>Time-stamped cosignature of C2SP tlog-cosignature.</summary>
public static class CosignatureV1
{
    /// <summary>The bytes that the clock key signs: "cosignature/v1", "time N", the checkpoint's text.</summary>
    public static byte[] Message(long time, string checkpointText) => throw new NotImplementedException();

    /// <summary>8 bytes of time, big-endian, then the signature.</summary>
    public static byte[] Encode(long time, ReadOnlySpan<byte> signature) => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out long time, out ReadOnlySpan<byte> signature)
    {
        throw new NotImplementedException();
    }
}
