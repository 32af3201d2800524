using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Matters;

namespace ELicense.Authority;

/// <summary>What an officer wrote becomes the content of a matter, or is refused: the office on a face is the officer's own.</summary>
internal sealed class ApplicationContents(IReadOnlyDictionary<int, BilingualText> offices, PersonMarkKey personKey, TimeProvider clock)
{
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    /// <param name="office">Where the matter is: the office on a face.</param>
    public bool TryRead(ApplicationRequest request, int office, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        if (!MatterNames.TryType(request.Type, out var type))
        {
            refusal = new Refusal(Codes.Malformed, $"type is one of {string.Join(", ", MatterNames.Types)}.");
            return false;
        }

        var read = type switch
        {
            MatterType.Issuance => TryIssuance(request, office, out content, out refusal),
            MatterType.Amendment or MatterType.Renewal => TryAmendment(type, request, office, out content, out refusal),
            MatterType.AnnualReport => TryAnnualReport(request, out content, out refusal),
            MatterType.LossReport or MatterType.Replacement => TryCertificate(type, request, out content, out refusal),
            _ => TryStanding(type, request, out content, out refusal),
        };
        return read && (request.Representative is not { } representative || TryRepresentative(representative, ref content, out refusal));
    }

    /// <summary>From here on there is only the mark.</summary>
    private bool TryRepresentative(PersonName name, ref MatterContent? content, out Refusal refusal)
    {
        if (content is not FaceContent face)
            refusal = new Refusal(Codes.Malformed, "A representative is named with an enterprise.");
        else if (PersonNames.TryRead(name, out var person, out refusal))
            content = face with { Representative = personKey.Mark(person) };
        return refusal == default;
    }

    private bool TryIssuance(
        ApplicationRequest request, int office, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "An issuance has an enterprise, and no license yet.");
        if (request is not { Enterprise: { } draft, LicenseNumber: null, Version: null, Reason: null, AnnualReport: null, Certificate: null }
            || !TryFace(draft, office, out var face, out refusal))
            return false;
        content = new IssuanceContent(face);
        return true;
    }

    private bool TryAmendment(
        MatterType type, ApplicationRequest request, int office, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        if (request is not { Enterprise: { } draft, AnnualReport: null, Certificate: null })
        {
            refusal = new Refusal(Codes.Malformed, $"An application of type {request.Type} has licenseNumber, version and the enterprise as it shall be.");
            return false;
        }

        if (!TryLicense(request, out var number, out var version, out var reason, out refusal) || !TryFace(draft, office, out var face, out refusal))
            return false;
        content = new AmendmentContent(type, number, version, face, reason);
        return true;
    }

    private static bool TryStanding(MatterType type, ApplicationRequest request, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, $"An application of type {request.Type} has licenseNumber, version and reason, and no enterprise.");
        if (request is not { Enterprise: null, AnnualReport: null, Certificate: null } || !TryLicense(request, out var number, out var version, out var reason, out refusal))
            return false;
        content = new StandingContent(type, number, version, reason);
        return true;
    }

    private static bool TryAnnualReport(ApplicationRequest request, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "An annual report has licenseNumber, version, and annualReport with year, contact, employees and perhaps totalAssets.");
        if (request is not { Enterprise: null, Reason: null, Certificate: null, AnnualReport: { Year: { } year, Employees: { } employees } report }
            || !TryLicense(request, out var number, out var version, out _, out refusal)
            || !AnnualReportContent.TryCreate(number, version, year, report.Contact, employees, report.TotalAssets, out var created, out refusal))
        {
            return false;
        }

        content = created;
        return true;
    }

    private static bool TryCertificate(MatterType type, ApplicationRequest request, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, $"An application of type {request.Type} has licenseNumber, version, and certificate with issuer and serial.");
        if (request is not { Enterprise: null, Reason: null, AnnualReport: null, Certificate: { } named } || !KeyId.TryParse(named.Issuer, out var issuer)
            || !TryLicense(request, out var number, out var version, out _, out refusal)
            || !CertificateContent.TryCreate(type, number, version, issuer, named.Serial, out var created, out refusal))
        {
            return false;
        }

        content = created;
        return true;
    }

    private bool TryFace(EnterpriseDraft draft, int office, [NotNullWhen(true)] out Face? face, out Refusal refusal)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(ChinaStandardTime).DateTime);
        return Face.TryCreate(draft, offices[office].Chinese, today, out face, out refusal);
    }

    /// <param name="reason">0: none stated.</param>
    private static bool TryLicense(ApplicationRequest request, out LicenseNumber number, out int version, out int reason, out Refusal refusal)
    {
        version = request.Version ?? 0;
        reason = request.Reason is { } code ? Reasons.Find(code)?.Number ?? -1 : 0;
        if (!LicenseNumber.TryParse(request.LicenseNumber, out number) || version < 1)
            refusal = new Refusal(Codes.Malformed, "licenseNumber is dddd-dddddddddd, and version the newest one that the officer saw.");
        else if (reason < 0)
            refusal = new Refusal(Codes.ReasonUnknown, "reason is a code of the published table of reasons.");
        else
            refusal = default;
        return refusal == default;
    }
}
