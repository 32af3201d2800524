using ELicense.Core.Enterprises;

namespace ELicense.Web.Pages;

/// <summary>Fields of a face as text.</summary>
public static class FaceValues
{
    /// <summary>Null when the face does not have the field.</summary>
    public static string? Of(Face face, FaceField field, string longTerm, string to) => field switch
    {
        FaceField.CreditCode => face.CreditCode.Value,
        FaceField.Name => face.Name,
        FaceField.KindText => face.KindText,
        FaceField.OfficeName => face.OfficeName,
        FaceField.Representative => face.Representative,
        FaceField.EstablishedOn => Moments.Date(face.EstablishedOn),
        FaceField.ApprovedOn => Moments.Date(face.ApprovedOn),
        FaceField.Capital => face.Capital?.ToString(),
        // The term is one row of the printed license: from, to.
        FaceField.TermFrom => face.TermFrom is { } from ? $"{Moments.Date(from)} {to} {(face.TermTo is { } end ? Moments.Date(end) : longTerm)}" : null,
        FaceField.TermTo => face is { TermFrom: null, TermTo: { } end } ? $"{to} {Moments.Date(end)}" : null,
        FaceField.Address => face.Address,
        FaceField.BusinessScope => face.BusinessScope,
        FaceField.CompositionForm => face.CompositionForm,
        _ => null,
    };
}
