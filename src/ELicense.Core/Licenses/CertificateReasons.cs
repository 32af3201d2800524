namespace ELicense.Core.Licenses;

/// <summary>One published ground for a change of a certificate's standing.</summary>
/// <param name="Number">In log entries; other than every number of <see cref="Reasons"/>.</param>
/// <param name="Code">For programs; never changed, never translated.</param>
public sealed record CertificateReason(int Number, string Code, CertificateEvent For, string Chinese, string English);

/// <summary>
/// The published table of reasons of certificates (docs/formats.md, Reasons of certificates). What the revocation or cancellation of the license did to its certificates has the license's
/// own reason.
/// </summary>
public static class CertificateReasons
{
    public static CertificateReason LossReported { get; } = new(80, "loss-reported", CertificateEvent.Hold, "已挂失", "Reported lost");

    public static CertificateReason LossReportEnded { get; } = new(81, "loss-report-ended", CertificateEvent.Release, "挂失已解除", "The loss report has lapsed or was declined");

    public static CertificateReason LossConfirmed { get; } = new(82, "loss-confirmed", CertificateEvent.Compromise, "挂失已核准", "The loss was confirmed");

    public static CertificateReason Replaced { get; } = new(83, "replaced", CertificateEvent.Replace, "已补领", "Replaced by another certificate");

    public static IReadOnlyList<CertificateReason> All { get; } = [LossReported, LossReportEnded, LossConfirmed, Replaced];

    /// <summary>The code of a number that an entry about a certificate states; null for 0.</summary>
    public static string? CodeOf(int number) => All.FirstOrDefault(reason => reason.Number == number)?.Code ?? Reasons.Find(number)?.Code;
}
