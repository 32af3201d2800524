using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Certificates;

/// <summary>
/// What a loss report (挂失) does to its certificate while no second officer has decided on it: on hold from its submission to its return, rejection or lapse, each in the transaction of that act.
/// </summary>
internal static class LossReports
{
    /// <summary>Whether the log can be written to now. Codes: clock-backwards, clock-gap.</summary>
    public static Refusal? CheckClock(MatterType type, RegisterHead head, AuthoritySettings settings, DateTimeOffset now) =>
        type == MatterType.LossReport ? ClockCanBeSigned.Check(now, head, settings) : null;

    /// <summary>Nothing for a matter of another type.</summary>
    public static void Hold(long matterId, MatterContent content, RegisterTransaction transaction, RegisterHead head, DateTimeOffset now) =>
        Move(matterId, content, CertificateEvent.Hold, CertificateReasons.LossReported, transaction, head, now);

    /// <summary>Nothing for a matter of another type, and for a certificate that has ended meanwhile.</summary>
    public static void Release(long matterId, MatterContent content, RegisterTransaction transaction, RegisterHead head, DateTimeOffset now) =>
        Move(matterId, content, CertificateEvent.Release, CertificateReasons.LossReportEnded, transaction, head, now);

    private static void Move(
        long matterId, MatterContent content, CertificateEvent happened, CertificateReason reason, RegisterTransaction transaction, RegisterHead head, DateTimeOffset now)
    {
        if (content is not CertificateContent { Type: MatterType.LossReport } report)
            return;
        var changes = new CertificateChanges(transaction, head);
        var timeMs = head.NotBeforeLastSigned(now).ToUnixTimeMilliseconds();
        if (changes.Store.FindStanding(report.Issuer, report.SerialHex) is { } certificate && changes.TryMove(certificate, happened, reason.Number, matterId, timeMs))
            head.Signing(timeMs);
    }
}
