using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Matters;

/// <summary>Put a new version with this face in the place of the newest one: amendment (变更) or renewal (换发).</summary>
public sealed record AmendmentContent : FaceContent
{
    /// <param name="expectedVersion">Newest version as the applicant saw it; version-moved when it has moved on.</param>
    /// <param name="reason">Number in <see cref="Reasons"/> of why the former version is superseded; 0: the type's own.</param>
    public AmendmentContent(MatterType type, LicenseNumber number, int expectedVersion, Face face, int reason = 0)
        : base(face)
    {
        if (type is not (MatterType.Amendment or MatterType.Renewal))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Amendment or renewal.");
        Type = type;
        Number = number;
        ExpectedVersion = expectedVersion;
        Reason = reason != 0 ? reason : Reasons.Find(type == MatterType.Amendment ? "amendment" : "renewal")!.Number;
    }

    public override MatterType Type { get; }

    public LicenseNumber Number { get; }

    public int ExpectedVersion { get; }

    public int Reason { get; }

    public override LicenseNumber? License => Number;

    private protected override int RestElements => 3 + FaceElements;

    private protected override void WriteRest(ref CanonicalWriter writer)
    {
        writer.WriteText(Number.ToString());
        writer.WriteInteger(ExpectedVersion);
        writer.WriteInteger(Reason);
        WriteFace(ref writer);
    }

    internal static bool TryReadRest(CborReader reader, MatterType type, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "A matter's content: license number.");
        if (!LicenseNumber.TryParse(reader.ReadTextString(), out var number))
            return false;
        var (expected, reason) = (reader.ReadInt32(), reader.ReadInt32());
        if (!TryReadFace(reader, out var face, out var representative, out refusal))
            return false;
        content = new AmendmentContent(type, number, expected, face, reason) { Representative = representative };
        return true;
    }
}
