using System.Text.Json;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Matters;

namespace ELicense.Authority;

/// <summary>A filing of an enterprise.</summary>
/// <param name="Digest">SHA-256 of the filing; its answer in the publication has this name.</param>
/// <param name="State">filed, accepted, returned, refused, submitted: then the matter says the rest.</param>
/// <param name="Evidence">token-signed: the enterprise's key signed it. portal-tls: a portal says that the enterprise filed it.</param>
/// <param name="Certificate">The enterprise's.</param>
/// <param name="Type">amendment, annual-report, loss-report; like all of the content absent when it was refused.</param>
/// <param name="Version">Newest version as the enterprise saw it.</param>
/// <param name="Lost">Certificate of a loss report.</param>
/// <param name="Matter">That came of it.</param>
public sealed record FilingDocument(
    long Id, string Digest, string State, string Evidence, string LicenseNumber, int Office, CertificateName Certificate, DateTimeOffset FiledAt, DateTimeOffset ReceivedAt, string? Type,
    string? ContentHash, int? Version, FaceDocument? Enterprise, AnnualReportDraft? AnnualReport, CertificateName? Lost, string? Officer, DateTimeOffset? DecidedAt, string? Ground,
    RefusalDocument? Refusal, long? Matter)
{
    internal static FilingDocument Of(FiledMatter filed) => new(
        filed.Id, filed.Digest.ToString(), Name(filed.State), Name(filed.Evidence), filed.License.ToString(), filed.Office,
        new CertificateName(filed.Issuer.ToString(), filed.SerialHex), filed.FiledAt, filed.ReceivedAt, filed.Content is { } content ? MatterNames.Of(content.Type) : null,
        filed.ContentHash?.ToString(), ApplicationDocuments.VersionOf(filed.Content), (filed.Content as FaceContent)?.Face is { } face ? ApplicationDocuments.Of(face) : null,
        ApplicationDocuments.ReportOf(filed.Content), ApplicationDocuments.CertificateOf(filed.Content), filed.Officer, filed.DecidedAt, filed.Ground,
        filed.Refusal is { } why ? new RefusalDocument(why.Code, why.Detail) : null, filed.MatterId);

    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

public sealed record FilingPage(IReadOnlyList<FilingDocument> Filings, string? Cursor);
