using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Audit;

/// <summary>
/// One entry of the audit trail, [1, number, time, person, origin, act, subject, license, content hash, result] in deterministic CBOR (docs/audit.md).
/// </summary>
/// <param name="Number">1 is the first; no number is left out.</param>
/// <param name="TimeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Person">Null: the authority's own process, or somebody whom a door does not know.</param>
/// <param name="Result">ok, or the code of the refusal.</param>
public sealed record AuditEntry(
    long Number, long TimeMs, string? Person, string Origin, string Act, string? Subject, string? License, Digest? ContentHash, string Result)
{
    /// <summary>Longest text of an entry, in UTF-16 units; what is longer is cut when it is written.</summary>
    public const int MaxText = 200;

    private const int Format = 1;
    private const int Elements = 10;
    private const int MaxBytes = 8192;
    private const int MaxDepth = 1;

    internal static AuditEntry From(AuditAct act, long number, long timeMs) => new(
        number, timeMs, Bounded(act.Officer?.Person), Bounded(act.Officer?.Origin ?? act.Origin) ?? Officer.InProcess, Bounded(act.Name)!, Bounded(act.Subject), Bounded(act.License),
        act.ContentHash, act.Refusal?.Code ?? Codes.Ok);

    /// <summary>SHA-256(hash of the entry before ‖ entry).</summary>
    public static Digest Chain(Digest previous, ReadOnlySpan<byte> entry)
    {
        Span<byte> input = entry.Length <= 1024 ? stackalloc byte[Digest.Size + entry.Length] : new byte[Digest.Size + entry.Length];
        previous.Span.CopyTo(input);
        entry.CopyTo(input[Digest.Size..]);
        return Digest.Of(input);
    }

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(Elements);
        writer.WriteInteger(Format);
        writer.WriteInteger(Number);
        writer.WriteInteger(TimeMs);
        writer.WriteTextOrNull(Person);
        writer.WriteText(Origin);
        writer.WriteText(Act);
        writer.WriteTextOrNull(Subject);
        writer.WriteTextOrNull(License);
        if (ContentHash is { } hash)
            writer.WriteBytes(hash.Span);
        else
            writer.WriteNull();
        writer.WriteText(Result);
        return writer.ToArray();
    }

    /// <summary>Reads back what <see cref="Encode"/> stored; the trail may have been touched, so nothing is taken for granted.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out AuditEntry? entry, out Refusal refusal) =>
        StoredCbor.TryRead(bytes, MaxBytes, MaxDepth, "An entry of the audit trail", TryRead, out entry, out refusal);

    private static bool TryRead(CborReader reader, [NotNullWhen(true)] out AuditEntry? entry, out Refusal refusal)
    {
        entry = null;
        refusal = default;
        if (reader.ReadStartArray() != Elements || reader.ReadInt32() != Format)
        {
            refusal = new Refusal(Codes.UnknownFormat, "An entry of the audit trail has format 1 and ten elements.");
            return false;
        }

        entry = new AuditEntry(
            reader.ReadInt64(), reader.ReadInt64(), ReadText(reader), reader.ReadTextString(), reader.ReadTextString(), ReadText(reader), ReadText(reader),
            ReadDigest(reader), reader.ReadTextString());
        reader.ReadEndArray();
        return true;
    }

    private static string? ReadText(CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.Null)
            return reader.ReadTextString();
        reader.ReadNull();
        return null;
    }

    private static Digest? ReadDigest(CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.Null)
            return new Digest(reader.ReadByteString());
        reader.ReadNull();
        return null;
    }

    /// <summary>What a caller sent may be long, or no text at all: neither may keep its refusal out of the trail.</summary>
    private static string? Bounded(string? text)
    {
        if (text is null || (text.Length <= MaxText && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')))
            return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, MaxText)]));
    }
}
