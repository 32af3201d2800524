using ELicense.Core.Licenses;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Certificates;

/// <summary>
/// A loss report (挂失) that a second officer confirmed revokes its certificate; a replacement (补领) supersedes it, unless it was revoked, and gives the right to another one. The license stays
/// as it is.
/// </summary>
internal sealed class ChangeCertificate(Register register, AuthoritySettings settings, TimeProvider clock)
{
    private readonly CarryOutMatter _matter = new(register, clock);

    public CarryOutResult Run(long matterId) => _matter.RunInLog(matterId, settings, (content, work) => Change((CertificateContent)content, work));

    private static Outcome Change(CertificateContent content, CarryingOut work)
    {
        var changes = new CertificateChanges(work.Transaction, work.Head);
        if (CertificateIsTheLicenses.Check(content, changes.Store, out var certificate) is { } foreign)
            return Outcome.Refused(foreign);
        var (happened, reason) = (CertificateEvent.Compromise, CertificateReasons.LossConfirmed);
        if (content.Type == MatterType.Replacement)
        {
            if (CertificateCanBeReplaced.Check(certificate!, changes.Store) is { } forbidden)
                return Outcome.Refused(forbidden);
            (happened, reason) = (CertificateEvent.Replace, CertificateReasons.Replaced);
            changes.Store.RecordReplacement(certificate!.CertificateIndex, work.MatterId);
        }

        // What has ended meanwhile stays as it ended.
        var timeMs = work.Head.NotBeforeLastSigned(work.Now).ToUnixTimeMilliseconds();
        if (changes.TryMove(certificate!, happened, reason.Number, work.MatterId, timeMs))
            work.Head.Signing(timeMs);
        return Outcome.Done;
    }
}
