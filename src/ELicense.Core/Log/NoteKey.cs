using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ELicense.Core.Log;

/// <summary>Signature types of C2SP signed-note.</summary>
public enum NoteKeyType
{
    Ed25519 = 1,
    CosignatureV1 = 4,
}

/// <summary>A verifier key of C2SP signed-note: name, type, 32 bytes of Ed25519 public key; vkey = name+hex key id+base64.</summary>
/// <exception cref="ArgumentException">The name is empty, long, or has a space, plus or control character; the key is not 32 bytes.</exception>
public sealed record NoteKey(string Name, NoteKeyType Type, ReadOnlyMemory<byte> PublicKey)
{
    public const int MaxNameLength = 255;
    public const int PublicKeySize = 32;

    private const int MaxVkeyLength = MaxNameLength + 64;

    public string Name { get; } = IsName(Name) ? Name : throw new ArgumentException("Not a key name of a signed note.", nameof(Name));

    public ReadOnlyMemory<byte> PublicKey { get; } = PublicKey.Length == PublicKeySize
        ? PublicKey
        : throw new ArgumentException($"An Ed25519 public key has {PublicKeySize} bytes, not {PublicKey.Length}.", nameof(PublicKey));

    /// <summary>First four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), big-endian.</summary>
    public uint KeyId => BinaryPrimitives.ReadUInt32BigEndian(Digest.Of([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', .. Material]).Span);

    // The byte of the type and the key: what a vkey carries in base64.
    private byte[] Material => [(byte)Type, .. PublicKey.Span];

    public bool Equals(NoteKey? other) =>
        other is not null && Name == other.Name && Type == other.Type && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    public override int GetHashCode() => HashCode.Combine(Name, Type, KeyId);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String(Material)}");

    /// <summary>C2SP signed-note, Verifier keys; only Ed25519 and cosignature/v1 keys. Code malformed.</summary>
    public static bool TryParse(string? vkey, [NotNullWhen(true)] out NoteKey? key, out Refusal refusal)
    {
        key = null;
        refusal = default;
        // A name has no plus, a base64 text may.
        var parts = vkey is { Length: <= MaxVkeyLength } ? vkey.Split('+', 3) : [];
        if (parts.Length != 3 || !IsName(parts[0]) || !StrictBase64.TryDecode(parts[2], out var material) || material.Length != 1 + PublicKeySize)
        {
            refusal = new Refusal(Codes.Malformed, "Not a verifier key: name+key id+base64 of a type and 32 bytes expected.");
            return false;
        }

        var type = (NoteKeyType)material[0];
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.CosignatureV1))
        {
            refusal = new Refusal(Codes.Malformed, $"Verifier keys of type {material[0]} are not known; 1 and 4 are.");
            return false;
        }

        var read = new NoteKey(parts[0], type, material.AsMemory(1));
        if (read.ToString() != vkey)
        {
            refusal = new Refusal(Codes.Malformed, $"The verifier key states another key id than {read.KeyId:x8}, which follows from its name and key.");
            return false;
        }

        key = read;
        return true;
    }

    // C2SP signed-note: not empty, no Unicode space, no plus, no ASCII control character. The bound is ours.
    internal static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxNameLength)
            return false;
        foreach (var rune in name.EnumerateRunes())
        {
            // Unpaired surrogates are enumerated as U+FFFD, which a name has no use for either.
            if (rune.Value < ' ' || rune.Value == '+' || Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar)
                return false;
        }

        return true;
    }
}
