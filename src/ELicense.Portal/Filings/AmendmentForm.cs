using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Portal.Pages;
using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Http;

namespace ELicense.Portal.Filings;

/// <summary>变更: the face as it is, to be changed field by field. What it may say is judged by the rules of faces, here as at the authority.</summary>
internal static class AmendmentForm
{
    /// <summary>What an enterprise may ask to have changed; the rest of the face is the register's.</summary>
    private static readonly FaceField[] Changeable =
    [
        FaceField.Name, FaceField.Representative, FaceField.Capital, FaceField.TermFrom, FaceField.TermTo, FaceField.Address, FaceField.BusinessScope, FaceField.CompositionForm,
    ];

    public static IReadOnlyList<FormPage.Question> Questions(HttpContext context, IFormCollection? entered)
    {
        if (context.Visitor().License?.Face is not { } face)
            return [];
        var draft = DraftOf(face);
        return
        [
            .. from rule in FaceSchema.For(face.Kind)
               where Changeable.Contains(rule.Field)
               let name = rule.Field.ToString()
               select new FormPage.Question(
                   name, context.Language() == Language.English ? rule.EnglishLabel : rule.ChineseLabel, entered is null ? ValueIn(draft, rule.Field) : entered[name].ToString(), rule.Field switch
                   {
                       FaceField.TermFrom or FaceField.TermTo => "date",
                       FaceField.BusinessScope => "textarea",
                       _ => "text",
                   },
                   Required: rule.Required, MaxLength: FaceSchema.MaxLength(rule.Field) is > 0 and var most ? most : null),
        ];
    }

    public static FiledApplication? Read(HttpContext context, FiledApplication about, out Refusal refusal)
    {
        refusal = new Refusal(Codes.FilingUnchanged, "Nothing would be another.");
        if (context.Visitor().License?.Face is not { } face)
            return null;
        var (before, form) = (DraftOf(face), context.Request.Form);
        var after = before;
        foreach (var rule in FaceSchema.For(face.Kind).Where(rule => Changeable.Contains(rule.Field) && form.ContainsKey(rule.Field.ToString())))
            after = With(after, rule.Field, form[rule.Field.ToString()].ToString().ReplaceLineEndings("").Trim() is { Length: > 0 } text ? text : null, face.Kind);
        if (after == before || !Face.TryCreate(after, face.OfficeName, face.ApprovedOn, out _, out refusal))
            return null;
        return about with { Enterprise = after };
    }

    private static EnterpriseDraft DraftOf(Face face)
    {
        var draft = new EnterpriseDraft
        {
            Kind = face.KindText,
            Uscc = face.CreditCode.Value,
            Name = face.Name,
            CompositionForm = face.CompositionForm,
            RegisteredCapital = face.Capital?.ToString(),
            EstablishedOn = Moments.Date(face.EstablishedOn),
            TermFrom = face.TermFrom is { } from ? Moments.Date(from) : null,
            TermTo = face.TermTo is { } to ? Moments.Date(to) : null,
            Address = face.Address,
            BusinessScope = face.BusinessScope,
        };
        return With(draft, FaceField.Representative, face.Representative, face.Kind);
    }

    private static string? ValueIn(EnterpriseDraft draft, FaceField field) => field switch
    {
        FaceField.Name => draft.Name,
        FaceField.Representative => draft.LegalRepresentative ?? draft.ManagingPartner ?? draft.Investor ?? draft.Operator ?? draft.Principal,
        FaceField.Capital => draft.RegisteredCapital,
        FaceField.TermFrom => draft.TermFrom,
        FaceField.TermTo => draft.TermTo,
        FaceField.Address => draft.Address,
        FaceField.BusinessScope => draft.BusinessScope,
        FaceField.CompositionForm => draft.CompositionForm,
        _ => null,
    };

    private static EnterpriseDraft With(EnterpriseDraft draft, FaceField field, string? text, EnterpriseKind kind) => (field, kind) switch
    {
        (FaceField.Name, _) => draft with { Name = text },
        (FaceField.Capital, _) => draft with { RegisteredCapital = text },
        (FaceField.TermFrom, _) => draft with { TermFrom = text },
        (FaceField.TermTo, _) => draft with { TermTo = text },
        (FaceField.Address, _) => draft with { Address = text },
        (FaceField.BusinessScope, _) => draft with { BusinessScope = text },
        (FaceField.CompositionForm, _) => draft with { CompositionForm = text },
        (FaceField.Representative, EnterpriseKind.Company) => draft with { LegalRepresentative = text },
        (FaceField.Representative, EnterpriseKind.Partnership) => draft with { ManagingPartner = text },
        (FaceField.Representative, EnterpriseKind.SoleProprietorship) => draft with { Investor = text },
        (FaceField.Representative, EnterpriseKind.SoleTrader) => draft with { Operator = text },
        (FaceField.Representative, EnterpriseKind.Branch) => draft with { Principal = text },
        _ => draft,
    };
}
