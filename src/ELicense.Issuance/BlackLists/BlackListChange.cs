using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.BlackLists;

/// <summary>What may be done to the own list; numbers are stored.</summary>
public enum BlackListChangeKind
{
    /// <summary>列入: a new entry.</summary>
    Listing = 1,

    /// <summary>移出: an entry of the own list is taken off it.</summary>
    Removal = 2,
}

/// <summary>
/// A change of the own list. Its canonical bytes, [1, kind, credit code, mark, sealed identifier, ground, last day, entry], with empty texts and bytes and 0 for what is
/// not there, are stored, and confirmation is bound to their SHA-256.
/// </summary>
/// <param name="Entry">What is listed; of a removal, the ground alone counts.</param>
/// <param name="Removed">Number of the entry that is taken off; 0 for a listing.</param>
public sealed record BlackListChange(BlackListChangeKind Kind, BlackListEntry Entry, long Removed)
{
    private const int Format = 1;
    private const int MaxBytes = 4096;
    private const int MaxDepth = 2;

    public static BlackListChange Listing(BlackListEntry entry) => new(BlackListChangeKind.Listing, entry, 0);

    public static BlackListChange Removal(long entry, string ground) => new(BlackListChangeKind.Removal, new BlackListEntry(null, null, ground, null), entry);

    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(8);
        writer.WriteInteger(Format);
        writer.WriteInteger((int)Kind);
        writer.WriteText(Entry.Enterprise?.Value ?? "");
        writer.WriteBytes(Entry.Person?.ToArray() ?? []);
        writer.WriteBytes(Entry.Identifier.Span);
        writer.WriteText(Entry.Ground);
        writer.WriteInteger(Entry.Until?.DayNumber ?? 0);
        writer.WriteInteger(Removed);
        return writer.ToArray();
    }

    internal static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out BlackListChange? change, out Refusal refusal) =>
        StoredCbor.TryRead(bytes, MaxBytes, MaxDepth, "A change of the black list", TryRead, out change, out refusal);

    private static bool TryRead(CborReader reader, [NotNullWhen(true)] out BlackListChange? change, out Refusal refusal)
    {
        change = null;
        refusal = default;
        reader.ReadStartArray();
        if (reader.ReadInt32() != Format)
            throw new CborContentException("a change of the black list has format 1.");
        var (kind, text, mark) = ((BlackListChangeKind)reader.ReadInt32(), reader.ReadTextString(), reader.ReadByteString());
        var (identifier, ground, until, removed) = (reader.ReadByteString(), reader.ReadTextString(), reader.ReadInt32(), reader.ReadInt64());
        reader.ReadEndArray();
        var code = default(CreditCode);
        if (text.Length > 0 && !CreditCode.TryParse(text, out code, out refusal))
            return false;
        var entry = new BlackListEntry(
            text.Length == 0 ? null : code, mark.Length == 0 ? null : new Digest(mark), ground, until == 0 ? null : DateOnly.FromDayNumber(until))
        {
            Identifier = identifier,
        };
        change = new BlackListChange(kind, entry, removed);
        return true;
    }
}
