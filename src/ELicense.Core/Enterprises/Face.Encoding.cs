using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Tokens;

namespace ELicense.Core.Enterprises;

public sealed partial record Face
{
    /// <summary>Longest face in bytes: all texts at their limits take 14.1 KB.</summary>
    public const int MaxEncodedSize = 16 * 1024;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Deterministic CBOR map with small integer keys (docs/formats.md, Face).</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        // Eight fields are in every face. Keys of one byte in the order of their numbers are in the bytewise order of RFC 8949 4.2.1.
        writer.WriteMap(
            8 + One(Capital is not null) + One(TermFrom is not null) + One(TermTo is not null) + One(Address is not null) + One(BusinessScope is not null)
            + One(CompositionForm is not null));
        Write(ref writer, FaceField.Kind, (int)Kind);
        Write(ref writer, FaceField.CreditCode, CreditCode.Value);
        Write(ref writer, FaceField.Name, Name);
        Write(ref writer, FaceField.KindText, KindText);
        Write(ref writer, FaceField.OfficeName, OfficeName);
        Write(ref writer, FaceField.Representative, Representative);
        Write(ref writer, FaceField.EstablishedOn, EstablishedOn.DayNumber - Epoch);
        Write(ref writer, FaceField.ApprovedOn, ApprovedOn.DayNumber - Epoch);
        if (Capital is { } capital)
        {
            writer.WriteInteger((int)FaceField.Capital);
            writer.WriteArray(2);
            writer.WriteInteger(capital.MinorUnits);
            writer.WriteText(capital.Currency);
        }

        Write(ref writer, FaceField.TermFrom, TermFrom?.DayNumber - Epoch);
        Write(ref writer, FaceField.TermTo, TermTo?.DayNumber - Epoch);
        Write(ref writer, FaceField.Address, Address);
        Write(ref writer, FaceField.BusinessScope, BusinessScope);
        Write(ref writer, FaceField.CompositionForm, CompositionForm);
        return writer.ToArray();

        static int One(bool present) => present ? 1 : 0;
    }

    /// <summary>Accepts only the canonical form of a face that <see cref="TryCreate"/> would make. Codes: too-large, malformed, not-canonical, and those of <see cref="TryCreate"/>.</summary>
    /// <remarks>The words of the kind are not held against the mapping of registers again: that table grows, and an old license stays readable.</remarks>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Face? face, out Refusal refusal)
    {
        face = null;
        if (bytes.Length > MaxEncodedSize)
        {
            refusal = new Refusal(Codes.TooLarge, $"A face has at most {MaxEncodedSize} bytes, not {bytes.Length}.");
            return false;
        }

        if (!TryReadParts(bytes.Span, out var parts, out refusal) || !parts.TryJudge(out refusal))
            return false;

        var read = new Face(parts);

        // RFC 8949 4.2.1, cleaned texts and no absent field that is present: all of it is one comparison with what we would write.
        if (!read.Encode().AsSpan().SequenceEqual(bytes.Span))
        {
            refusal = new Refusal(Codes.NotCanonical, "The face is not in its canonical form.");
            return false;
        }

        face = read;
        return true;
    }

    private static bool TryReadParts(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FaceParts? parts, out Refusal refusal)
    {
        parts = null;
        var reader = new CanonicalReader(bytes);
        if (!reader.TryReadHead(out var major, out var fields) || major != CborMajor.Map)
            return Unreadable(reader, "A face is a map.", out refusal);
        if (!reader.TryReadUnsigned(int.MaxValue, out var key) || key != (int)FaceField.Kind
            || !reader.TryReadUnsigned(int.MaxValue, out var kind) || !Enum.IsDefined((EnterpriseKind)kind))
            return Unreadable(reader, "A face begins with a known kind.", out refusal);
        if (!reader.TryReadUnsigned(int.MaxValue, out key) || key != (int)FaceField.CreditCode || !reader.TryReadText(out string? code))
            return Unreadable(reader, "The credit code follows the kind.", out refusal);
        if (!CreditCode.TryParse(code, out var creditCode, out refusal))
            return false;

        var read = new FaceParts { Kind = (EnterpriseKind)kind, CreditCode = creditCode };
        for (var field = 2UL; field < fields; field++)
        {
            if (!TryReadField(ref reader, read, out refusal))
                return false;
        }

        if (reader.Remaining > 0)
            return Malformed("Bytes follow the face.", out refusal);
        parts = read;
        return true;
    }

    private static bool TryReadField(ref CanonicalReader reader, FaceParts parts, out Refusal refusal)
    {
        if (!reader.TryReadUnsigned(int.MaxValue, out var key))
            return Unreadable(reader, "A field has a number.", out refusal);
        var field = (FaceField)key;
        switch (field)
        {
            case FaceField.Name or FaceField.KindText or FaceField.OfficeName or FaceField.Representative
                or FaceField.Address or FaceField.BusinessScope or FaceField.CompositionForm:
                if (!reader.TryReadText(out string? text))
                    return Unreadable(reader, $"{field} is a text.", out refusal);
                parts.Add(field, text);
                break;
            case FaceField.EstablishedOn or FaceField.ApprovedOn or FaceField.TermFrom or FaceField.TermTo:
                if (!reader.TryReadInteger(out var day) || day < DateOnly.MinValue.DayNumber - Epoch || day > DateOnly.MaxValue.DayNumber - Epoch)
                    return Unreadable(reader, $"{field} is a day of the calendar.", out refusal);
                parts.Add(field, DateOnly.FromDayNumber((int)day + Epoch));
                break;
            case FaceField.Capital:
                if (!reader.TryReadArray(2) || !reader.TryReadUnsigned(long.MaxValue, out var minorUnits)
                    || !reader.TryReadText(out string? currency) || !RegisteredCapital.IsKnownCurrency(currency))
                    return Unreadable(reader, "The capital is negative or of an unknown currency.", out refusal);
                parts.Capital = new RegisteredCapital(minorUnits, currency);
                break;
            default:
                return Malformed($"A face has no field {key}.", out refusal);
        }

        refusal = default;
        return true;
    }

    /// <summary>not-canonical for a head that has a shorter form, malformed for anything else.</summary>
    private static bool Unreadable(CanonicalReader reader, string detail, out Refusal refusal)
    {
        refusal = new Refusal(reader.Code, detail);
        return false;
    }

    private static bool Malformed(string detail, out Refusal refusal)
    {
        refusal = new Refusal(Codes.Malformed, detail);
        return false;
    }

    private static void Write(ref CanonicalWriter writer, FaceField field, string? text)
    {
        if (text is null)
            return;
        writer.WriteInteger((int)field);
        writer.WriteText(text);
    }

    private static void Write(ref CanonicalWriter writer, FaceField field, int? number)
    {
        if (number is not { } value)
            return;
        writer.WriteInteger((int)field);
        writer.WriteInteger(value);
    }
}
