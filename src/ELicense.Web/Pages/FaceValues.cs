using ELicense.Core.Enterprises;

namespace ELicense.Web.Pages;

/// <summary>Fields of a face as text.</summary>
public static class FaceValues
{
    /// <summary>Null when the face does not have the field.</summary>
    public static string? Of(Face face, FaceField field, string longTerm) => field switch
    {
        FaceField.CreditCode => face.CreditCode.Value,
        FaceField.Name => face.Name,
        FaceField.KindText => face.KindText,
        FaceField.OfficeName => face.OfficeName,
        FaceField.Representative => face.Representative,
        FaceField.EstablishedOn => Moments.Date(face.EstablishedOn),
        FaceField.ApprovedOn => Moments.Date(face.ApprovedOn),
        FaceField.Capital => face.Capital?.ToString(),
        FaceField.TermFrom => face.TermFrom is { } from ? Moments.Date(from) : null,
        // Who states a beginning and no end is registered for good.
        FaceField.TermTo => face.TermTo is { } end ? Moments.Date(end) : face.TermFrom is null ? null : longTerm,
        FaceField.Address => face.Address,
        FaceField.BusinessScope => face.BusinessScope,
        FaceField.CompositionForm => face.CompositionForm,
        _ => null,
    };
}
