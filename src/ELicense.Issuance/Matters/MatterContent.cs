using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Matters;

/// <summary>
/// What an officer asks for. Its canonical bytes, [1, type, office, …] in deterministic CBOR, are stored, and approval is bound to their SHA-256.
/// </summary>
public abstract record MatterContent
{
    private const int Format = 1;
    private const int MaxBytes = LicenseDocument.MaxBytes;
    private const int MaxDepth = 4;

    private protected MatterContent() { }

    public abstract MatterType Type { get; }

    /// <summary>The license that it is about; null for one that is not there yet.</summary>
    public virtual LicenseNumber? License => null;

    /// <summary>Elements after [1, type, office.</summary>
    private protected abstract int RestElements { get; }

    internal byte[] Encode(int office)
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(3 + RestElements);
        writer.WriteInteger(Format);
        writer.WriteInteger((int)Type);
        writer.WriteInteger(office);
        WriteRest(ref writer);
        return writer.ToArray();
    }

    /// <summary>Reads back what <see cref="Encode"/> stored; a database may have been touched, so nothing is taken for granted.</summary>
    internal static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out MatterContent? content, out int office, out Refusal refusal)
    {
        content = null;
        office = 0;
        if (!CanonicalCbor.Check(bytes.Span, MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Strict);
            reader.ReadStartArray();
            if (reader.ReadInt32() != Format)
            {
                refusal = new Refusal(Codes.UnknownFormat, "A matter's content has format 1.");
                return false;
            }
            var type = (MatterType)reader.ReadInt32();
            office = reader.ReadInt32();
            return type switch
            {
                MatterType.Issuance => IssuanceContent.TryReadRest(reader, out content, out refusal),
                MatterType.Amendment or MatterType.Renewal => AmendmentContent.TryReadRest(reader, type, out content, out refusal),
                MatterType.AnnualReport => AnnualReportContent.TryReadRest(reader, out content, out refusal),
                MatterType.LossReport or MatterType.Replacement => CertificateContent.TryReadRest(reader, type, out content, out refusal),
                _ => StandingContent.TryReadRest(reader, type, out content, out refusal),
            };
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            refusal = new Refusal(Codes.Malformed, $"A matter's content: {e.Message}");
            return false;
        }
    }

    private protected abstract void WriteRest(ref CanonicalWriter writer);
}

/// <summary>Make a license version with this face: the first one, or a later one.</summary>
public abstract record FaceContent(Face Face) : MatterContent
{
    /// <summary>Mark of the representative's identifier (身份证号, passport) by the black list's key: the identifier itself is never stored. Null: not given.</summary>
    public Digest? Representative { get; init; }

    private protected int FaceElements => Representative is null ? 1 : 2;

    private protected void WriteFace(ref CanonicalWriter writer)
    {
        writer.WriteEncoded(Face.Encode());
        if (Representative is { } mark)
            writer.WriteBytes(mark.Span);
    }

    /// <summary>The last elements of a content, and its end.</summary>
    private protected static bool TryReadFace(CborReader reader, [NotNullWhen(true)] out Face? face, out Digest? representative, out Refusal refusal)
    {
        representative = null;
        if (!Face.TryDecode(reader.ReadEncodedValue(), out face, out refusal))
            return false;
        if (reader.PeekState() != CborReaderState.EndArray)
        {
            var mark = reader.ReadByteString();
            if (mark.Length != Digest.Size)
            {
                refusal = new Refusal(Codes.Malformed, "A matter's content: mark of the representative.");
                return false;
            }
            representative = new Digest(mark);
        }
        reader.ReadEndArray();
        return true;
    }
}

/// <summary>Issue a first license (发照) with this face.</summary>
public sealed record IssuanceContent(Face Face) : FaceContent(Face)
{
    public override MatterType Type => MatterType.Issuance;

    private protected override int RestElements => FaceElements;

    private protected override void WriteRest(ref CanonicalWriter writer) => WriteFace(ref writer);

    internal static bool TryReadRest(CborReader reader, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        if (!TryReadFace(reader, out var face, out var representative, out refusal))
            return false;
        content = new IssuanceContent(face) { Representative = representative };
        return true;
    }
}

/// <summary>Change the standing of a license: suspension, resumption, revocation or cancellation, of all its versions.</summary>
public sealed record StandingContent : MatterContent
{
    /// <param name="expectedVersion">Newest version as the applicant saw it; version-moved when it has moved on.</param>
    /// <param name="reason">Number in <see cref="Reasons"/>; 0: none stated.</param>
    public StandingContent(MatterType type, LicenseNumber number, int expectedVersion, int reason)
    {
        if (type is < MatterType.Suspension or > MatterType.Cancellation)
            throw new ArgumentOutOfRangeException(nameof(type), type, "Suspension, resumption, revocation or cancellation.");
        Type = type;
        Number = number;
        ExpectedVersion = expectedVersion;
        Reason = reason;
    }

    public override MatterType Type { get; }

    public LicenseNumber Number { get; }

    public int ExpectedVersion { get; }

    public int Reason { get; }

    public override LicenseNumber? License => Number;

    private protected override int RestElements => 3;

    public StandingEvent Event => Type switch
    {
        MatterType.Suspension => StandingEvent.Suspend,
        MatterType.Resumption => StandingEvent.Resume,
        MatterType.Revocation => StandingEvent.Revoke,
        _ => StandingEvent.Cancel,
    };

    private protected override void WriteRest(ref CanonicalWriter writer)
    {
        writer.WriteText(Number.ToString());
        writer.WriteInteger(ExpectedVersion);
        writer.WriteInteger(Reason);
    }

    internal static bool TryReadRest(CborReader reader, MatterType type, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "A matter's content: type or license number.");
        if (type is < MatterType.Suspension or > MatterType.Cancellation || !LicenseNumber.TryParse(reader.ReadTextString(), out var number))
            return false;
        content = new StandingContent(type, number, reader.ReadInt32(), reader.ReadInt32());
        reader.ReadEndArray();
        refusal = default;
        return true;
    }
}
