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
        var (version, reason) = matter.Content switch
        {
            AmendmentContent amendment => (amendment.ExpectedVersion, amendment.Reason),
            StandingContent change => (change.ExpectedVersion, change.Reason),
            AnnualReportContent report => (report.ExpectedVersion, 0),
            CertificateContent certificate => (certificate.ExpectedVersion, 0),
            _ => ((int?)null, 0),
        };
        var number = matter.Content.License;
        if (number is null && face is not null && matter.State == MatterState.Done)
            number = authority.Licensing.FindLicense(face.CreditCode)?.Newest.Number;
        return new ApplicationDocument(
            matter.Id, MatterNames.Of(matter.Type), MatterNames.Of(matter.State), matter.ContentHash.ToString(), matter.Office, matter.Applicant, matter.AppliedAt,
            matter.Approver, matter.ApprovedAt, face is null ? null : Of(face), number?.ToString(), version,
            Reasons.Find(reason)?.Code,
            matter.Content is AnnualReportContent year ? new AnnualReportDraft(year.Year, year.Contact, year.Employees, year.TotalAssets) : null,
            matter.Content is CertificateContent named ? new CertificateName(named.Issuer.ToString(), named.SerialHex) : null,
            matter.Refusal is { } why ? new RefusalDocument(why.Code, why.Detail) : null,
            matter.Decision is { } decision ? new DeclineDocument(decision.Person, decision.At, decision.Ground) : null, matter.FinishedAt);
    }

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
