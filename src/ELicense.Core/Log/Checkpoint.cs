using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ELicense.Core.Log;

/// <summary>The body of a checkpoint, C2SP tlog-checkpoint: origin, size, root; no extension lines.</summary>
/// <exception cref="ArgumentException">The origin is not a key name of a signed note, or the size is negative.</exception>
public sealed record Checkpoint(string Origin, long Size, Digest Root)
{
    public string Origin { get; } = NoteKey.IsName(Origin) ? Origin : throw new ArgumentException("Not an origin.", nameof(Origin));

    public long Size { get; } = Size >= 0 ? Size : throw new ArgumentOutOfRangeException(nameof(Size));

    /// <summary>Three lines, each with its line feed: the text of the note.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n");

    /// <summary>Accepts exactly what <see cref="ToText"/> writes, and of an empty tree only its root. Code malformed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, out Refusal refusal)
    {
        checkpoint = null;
        var lines = text.Split('\n', 5);
        // An origin with spaces is allowed by the standard; ours are key names, which have none.
        if (lines.Length != 4 || lines[3].Length != 0 || !NoteKey.IsName(lines[0]))
        {
            refusal = new Refusal(Codes.Malformed, "A checkpoint is three lines: origin, size, root.");
            return false;
        }

        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != lines[1])
        {
            refusal = new Refusal(Codes.Malformed, "The size of a checkpoint is a decimal number without leading zeros.");
            return false;
        }

        if (!StrictBase64.TryDecode(lines[2], out var root) || root.Length != Digest.Size)
        {
            refusal = new Refusal(Codes.Malformed, "The root of a checkpoint is 32 bytes in base64.");
            return false;
        }

        var read = new Checkpoint(lines[0], size, new Digest(root));
        if (size == 0 && read.Root != MerkleTree.EmptyRoot)
        {
            refusal = new Refusal(Codes.Malformed, "A checkpoint of size 0 has the root of the empty tree.");
            return false;
        }

        refusal = default;
        checkpoint = read;
        return true;
    }
}

/// <summary>Time-stamped cosignature of C2SP tlog-cosignature.</summary>
public static class CosignatureV1
{
    public const int SignatureSize = 64;

    private const int TimeBytes = sizeof(long);

    /// <summary>The bytes that the clock key signs: "cosignature/v1", "time N", the checkpoint's text.</summary>
    /// <param name="time">Seconds since 1970-01-01T00:00:00Z.</param>
    public static byte[] Message(long time, string checkpointText)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{checkpointText}"));
    }

    /// <summary>8 bytes of time, big-endian, then the signature.</summary>
    public static byte[] Encode(long time, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureSize);
        var bytes = new byte[TimeBytes + SignatureSize];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time);
        signature.CopyTo(bytes.AsSpan(TimeBytes));
        return bytes;
    }

    /// <summary>false when the bytes are not 72, or the time is above 2^63 - 1.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out long time, out ReadOnlySpan<byte> signature)
    {
        time = 0;
        signature = default;
        if (bytes.Length != TimeBytes + SignatureSize || BinaryPrimitives.ReadInt64BigEndian(bytes) < 0)
            return false;
        time = BinaryPrimitives.ReadInt64BigEndian(bytes);
        signature = bytes[TimeBytes..];
        return true;
    }
}
