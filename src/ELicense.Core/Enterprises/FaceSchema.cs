namespace ELicense.Core.Enterprises;

/// <summary>A field of a face; the number is its key in CBOR.</summary>
public enum FaceField
{
    Kind = 1,
    CreditCode = 2,
    Name = 3,
    KindText = 4,
    OfficeName = 5,
    Representative = 6,
    EstablishedOn = 7,
    ApprovedOn = 8,
    Capital = 9,
    TermFrom = 10,
    TermTo = 11,
    Address = 12,
    BusinessScope = 13,
    CompositionForm = 14,
}

/// <summary>What one kind of enterprise calls a field on its license, and whether it must be there.</summary>
public sealed record FaceFieldRule(FaceField Field, bool Required, string ChineseLabel, string EnglishLabel);

/// <summary>The fields of each kind's face, in the order of the printed license.</summary>
public static class FaceSchema
{
    public static IReadOnlyList<FaceFieldRule> For(EnterpriseKind kind) => throw new NotImplementedException();
}
