using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Issuance.Rules;

/// <summary>A renewal (换发) gives the same face again, with the same or a longer term; anything else is an amendment (变更).</summary>
internal static class RenewalKeepsTheFace
{
    public static Refusal? Check(Face face, Face former)
    {
        if (!Kept(face).Equals(Kept(former)))
            return new Refusal(Codes.RenewalDiffers, "A renewal changes nothing but the term (营业期限); apply for an amendment.");
        return face.TermTo is null || face.TermTo >= former.TermTo
            ? null
            : new Refusal(Codes.RenewalDiffers, $"A renewal does not shorten the term: it lasted {(former.TermTo is { } day ? $"to {day:yyyy-MM-dd}" : "without end")}.");
    }

    private static object Kept(Face face) => (
        face.Kind, face.Name, face.KindText, face.Representative, face.EstablishedOn, face.Capital, face.TermFrom, face.Address, face.BusinessScope, face.CompositionForm);
}
