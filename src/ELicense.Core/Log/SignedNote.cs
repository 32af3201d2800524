using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ELicense.Core.Log;

/// <summary>One signature line of a note. Bytes are without the 4-byte key id: 64 for Ed25519, 8 of time and 64 for cosignature/v1.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);

/// <summary>A note and its signatures, C2SP signed-note. Nothing is verified here.</summary>
/// <param name="Text">Ends with a line feed.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>C2SP signed-note asks verifiers to accept at least 16.</summary>
    public const int MaxSignatures = 64;

    // U+2014 EM DASH and a space.
    private const string SignaturePrefix = "\u2014 ";
    private const int KeyIdSize = sizeof(uint);

    /// <summary>The note as it is published: text, empty line, signature lines.</summary>
    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var bytes = new byte[KeyIdSize + signature.Bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
            signature.Bytes.Span.CopyTo(bytes.AsSpan(KeyIdSize));
            note.Append(SignaturePrefix).Append(signature.Name).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return note.ToString();
    }

    /// <summary>Accepts exactly what <see cref="ToString"/> writes. Codes: too-large, malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SignedNote? note, out Refusal refusal)
    {
        note = null;
        refusal = default;
        if (utf8.Length > MaxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"A note of {utf8.Length} bytes; at most {MaxBytes} are read.");
            return false;
        }

        if (!TryReadText(utf8, out var text))
        {
            refusal = new Refusal(Codes.Malformed, "A note is UTF-8 without control characters but line feeds.");
            return false;
        }

        // The last empty line parts the text, which may have empty lines itself, from the signatures.
        var gap = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0 || gap + 2 == text.Length || text[^1] != '\n')
        {
            refusal = new Refusal(Codes.Malformed, "A note is a text, an empty line, and signature lines, each with its line feed.");
            return false;
        }

        var lines = text[(gap + 2)..^1].Split('\n', MaxSignatures + 1);
        if (lines.Length > MaxSignatures)
        {
            refusal = new Refusal(Codes.TooLarge, $"A note has more than {MaxSignatures} signatures.");
            return false;
        }

        var signatures = new NoteSignature[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (TryParseLine(lines[i]) is not { } signature)
            {
                refusal = new Refusal(Codes.Malformed, $"Signature line {i + 1} is not an em dash, a name and a base64 text.");
                return false;
            }

            signatures[i] = signature;
        }

        note = new SignedNote(text[..(gap + 1)], signatures);
        return true;
    }

    private static bool TryReadText(ReadOnlySpan<byte> utf8, out string text)
    {
        text = "";
        foreach (var b in utf8)
        {
            if (b < ' ' && b != '\n')
                return false;
        }

        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            return false;
        text = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static NoteSignature? TryParseLine(string line)
    {
        if (!line.StartsWith(SignaturePrefix, StringComparison.Ordinal))
            return null;
        var space = line.IndexOf(' ', SignaturePrefix.Length);
        if (space < 0 || !NoteKey.IsName(line.AsSpan(SignaturePrefix.Length..space)))
            return null;
        if (!StrictBase64.TryDecode(line[(space + 1)..], out var bytes) || bytes.Length <= KeyIdSize)
            return null;
        return new NoteSignature(line[SignaturePrefix.Length..space], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(KeyIdSize));
    }
}
