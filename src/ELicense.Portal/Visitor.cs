using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.Portal;

/// <summary>The enterprise behind the certificate of a request, as the publication has it now.</summary>
/// <param name="Certificate">DER.</param>
/// <param name="CertificateVerdict">On the certificate.</param>
/// <param name="License">On the newest version of its license; null when none was issued.</param>
public sealed record Visitor(CreditCode CreditCode, ReadOnlyMemory<byte> Certificate, Verdict CertificateVerdict, Verdict? License, PublicationView View)
{
    /// <summary>Of the license, or else of the certificate.</summary>
    public string Name => License?.Face?.Name ?? License?.Token?.Name ?? CertificateVerdict.Certificate!.Name ?? CreditCode.Value;

    /// <summary>Null: the enterprise may act. Looking needs less.</summary>
    public Refusal? Hindrance => CertificateVerdict.Value != VerdictValue.Valid
        ? new Refusal(Codes.EnterpriseHindered, $"The certificate is {CertificateVerdict.Value.ApiName()}.")
        : License?.Value != VerdictValue.Valid ? new Refusal(Codes.EnterpriseHindered, $"The license is {License?.Value.ApiName() ?? "not known"}.")
        : null;

    /// <summary>
    /// Who may come in: whose certificate is genuine and was not withdrawn itself. One that ended with its enterprise's license still opens the door, for looking: an enterprise
    /// whose license was revoked may see why. Codes: certificate-untrusted, not-logged, certificate-withdrawn, certificate-expired.
    /// </summary>
    public static Visitor? Of(ReadOnlyMemory<byte> certificate, PublicationView view, DateTimeOffset now, out Refusal refusal)
    {
        var verdict = view.Verify(new CertificateArtefact(certificate), now);
        refusal = verdict.Value switch
        {
            _ when verdict.Certificate?.CreditCode is null => new Refusal(Codes.CertificateUntrusted, "The certificate names no enterprise."),
            VerdictValue.Valid or VerdictValue.Stale => default,
            VerdictValue.Revoked or VerdictValue.Cancelled when EndedWithLicense(verdict) => default,
            VerdictValue.Expired or VerdictValue.NotYetValid => new Refusal(Codes.CertificateExpired, "The certificate is outside its period."),
            VerdictValue.Unknown => new Refusal(Codes.NotLogged, "The public log does not name this certificate."),
            VerdictValue.Invalid => new Refusal(Codes.CertificateUntrusted, "The certificate is not one of the authority's."),
            _ => new Refusal(Codes.CertificateWithdrawn, $"The certificate is {verdict.Value.ApiName()}."),
        };
        if (refusal != default)
            return null;
        var code = verdict.Certificate!.CreditCode!.Value;
        return new Visitor(code, certificate, verdict, view.VerifyNewest(code, now), view);
    }

    private static bool EndedWithLicense(Verdict verdict) =>
        verdict.Status?.ReasonCode is { } reason && CertificateReasons.All.All(own => own.Code != reason);
}
