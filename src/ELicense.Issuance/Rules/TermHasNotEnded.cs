using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>A license whose term (营业期限) has ended would be expired at birth.</summary>
internal static class TermHasNotEnded
{
    public static Refusal? Check(IssuanceCandidate candidate) => candidate.Face.TermTo is not { } last || candidate.Now < ChinaTime.EndOfTerm(last)
        ? null
        : new Refusal(Codes.TermEnded, $"The term ended on {last:yyyy-MM-dd}.");
}
