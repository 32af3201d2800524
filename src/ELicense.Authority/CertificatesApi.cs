using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Certificates of enterprises over HTTP, for a counter that holds the token: two calls, of which the second shows that the certificate has reached the token.</summary>
internal static class CertificatesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/applications/{id:long}/certificate").WithTags("Certificates").For(Call.IssueCertificate).Refuses(400, 404, 409, 415, 422);
        api.MapPost("", (Delegate)Issue)
            .WithName("issue-certificate").WithSummary("The one certificate that a matter which is done gives the right to. The same key gets the same certificate again.")
            .Accepts<CertificateRequestBody>("application/json").Produces<CertificateAnswer>();
        api.MapPost("/confirmation", (Delegate)Confirm)
            .WithName("hand-over-certificate").WithSummary("Hands the certificate over: the token has signed the challenge.")
            .Accepts<ConfirmationBody>("application/json").Produces<CertificateAnswer>();
    }

    public static EnterpriseCertificateDocument Of(EnterpriseCertificate certificate)
    {
        if (!DecodedCertificate.TryReadCertificate(certificate.Der, out var decoded, out var refusal))
            throw new InvalidDataException($"Certificate {certificate.Serial}: {refusal}");
        return new EnterpriseCertificateDocument(
            certificate.Issuer.ToString(), certificate.Serial.Hex, decoded.From, decoded.To, RegisterApi.Name(certificate.Standing), CertificateReasons.CodeOf(certificate.Reason),
            certificate.ChangedAt, certificate.List, certificate.Index, certificate.LogPosition, certificate.MatterId, certificate.KeyMadeAtCounter, certificate.HandedOverAt);
    }

    private static async Task<IResult> Issue(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.CertificateRequestBody);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!TryBytes(request.Csr, out var csr))
            return context.Refuse(new Refusal(Codes.Malformed, "csr is a PKCS #10 request: PEM, or base64 of DER."));
        if (!ApplicationsApi.TryFind(id, Call.IssueCertificate, context, authority, out _, out var refusal))
            return context.Refuse(refusal);
        return authority.Licensing.Certificates.TryIssue(context.Officer().Officer, id, csr, request.CounterToken is true, out var certificate, out refusal)
            ? Answer(certificate, authority)
            : refusal.ToProblem();
    }

    private static async Task<IResult> Confirm(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.ConfirmationBody);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!TryBytes(request.Signature, out var signature))
            return context.Refuse(new Refusal(Codes.Malformed, "signature is base64, as in a certificate: ECDSA in DER, RSA PKCS #1 v1.5, Ed25519."));
        if (!ApplicationsApi.TryFind(id, Call.IssueCertificate, context, authority, out _, out var refusal))
            return context.Refuse(refusal);
        return authority.Licensing.Certificates.TryConfirm(context.Officer().Officer, id, signature, out var certificate, out refusal)
            ? Answer(certificate, authority)
            : refusal.ToProblem();
    }

    private static IResult Answer(EnterpriseCertificate certificate, AuthorityRoleOptions authority)
    {
        var license = authority.Licensing.FindLicense(certificate.License)!.Newest;
        return Results.Json(
            new CertificateAnswer(
                PemEncoding.WriteString("CERTIFICATE", certificate.Der.Span),
                [.. authority.Licensing.Certificates.Issuers.Where(ca => ca.Kid == certificate.Issuer).Select(ca => ca.Certificate.ExportCertificatePem())],
                Convert.ToBase64String(license.File.Span), certificate.Challenge, Of(certificate)),
            ApiJson.Default.CertificateAnswer);
    }

    private static bool TryBytes(string? text, out byte[] bytes)
    {
        bytes = [];
        if (string.IsNullOrEmpty(text))
            return false;
        if (text.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            bytes = Encoding.UTF8.GetBytes(text);
            return true;
        }

        var buffer = new byte[text.Length];
        var isBase64 = Convert.TryFromBase64String(text, buffer, out var length);
        bytes = buffer[..length];
        return isBase64;
    }
}
