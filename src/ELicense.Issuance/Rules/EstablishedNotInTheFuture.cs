using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>An enterprise exists from the day its license is issued (公司法 第三十三条): a day to come is a slip of the pen.</summary>
internal static class EstablishedNotInTheFuture
{
    public static Refusal? Check(IssuanceCandidate candidate) => candidate.Face.EstablishedOn <= candidate.Today
        ? null
        : new Refusal(Codes.DateInFuture, $"Established on {candidate.Face.EstablishedOn:yyyy-MM-dd}, today is {candidate.Today:yyyy-MM-dd}.");
}
