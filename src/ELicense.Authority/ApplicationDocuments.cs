using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;
using Microsoft.AspNetCore.Http;

namespace ELicense.Authority;

/// <summary>Matters and faces as the API writes them.</summary>
internal static class ApplicationDocuments
{
    public static ApplicationDocument Of(Matter matter, AuthorityRoleOptions authority)
    {
        var face = (matter.Content as FaceContent)?.Face;
        var reason = matter.Content switch
        {
            AmendmentContent amendment => amendment.Reason,
            StandingContent change => change.Reason,
            _ => 0,
        };
        var number = matter.Content.License;
        if (number is null && face is not null && matter.State == MatterState.Done)
            number = authority.Licensing.FindLicense(face.CreditCode)?.Newest.Number;
        return new ApplicationDocument(
            matter.Id, MatterNames.Of(matter.Type), MatterNames.Of(matter.State), matter.ContentHash.ToString(), matter.Office, matter.Applicant, matter.AppliedAt,
            matter.Approver, matter.ApprovedAt, face is null ? null : Of(face), number?.ToString(), VersionOf(matter.Content),
            Reasons.Find(reason)?.Code,
            ReportOf(matter.Content), CertificateOf(matter.Content),
            matter.Refusal is { } why ? new RefusalDocument(why.Code, why.Detail) : null,
            matter.Decision is { } decision ? new DeclineDocument(decision.Person, decision.At, decision.Ground) : null, matter.FinishedAt);
    }

    /// <summary>Newest version of the license as the applicant saw it; null of an issuance.</summary>
    public static int? VersionOf(MatterContent? content) => content switch
    {
        AmendmentContent amendment => amendment.ExpectedVersion,
        StandingContent change => change.ExpectedVersion,
        AnnualReportContent report => report.ExpectedVersion,
        CertificateContent certificate => certificate.ExpectedVersion,
        _ => null,
    };

    public static AnnualReportDraft? ReportOf(MatterContent? content) =>
        content is AnnualReportContent report ? new AnnualReportDraft(report.Year, report.Contact, report.Employees, report.TotalAssets) : null;

    public static CertificateName? CertificateOf(MatterContent? content) =>
        content is CertificateContent certificate ? new CertificateName(certificate.Issuer.ToString(), certificate.SerialHex) : null;

    public static FaceDocument Of(Face face) => new(
        face.Kind.ApiName(), face.KindText, face.CreditCode.Value, face.Name, face.Representative, face.Capital?.ToString(), face.EstablishedOn, face.TermFrom, face.TermTo,
        face.Address, face.BusinessScope, face.CompositionForm, face.OfficeName, face.ApprovedOn);

    /// <summary>With a Location (RFC 9110 10.2.2).</summary>
    public static IResult At(this IResult answer, string location) => new LocatedResult(answer, location);

    private sealed class LocatedResult(IResult answer, string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Location = location;
            return answer.ExecuteAsync(httpContext);
        }
    }
}
