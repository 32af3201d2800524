using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Certificates;

/// <summary>What happens to certificates that are in the log: entry and standing, in the transaction of the act that makes it happen.</summary>
internal sealed class CertificateChanges(RegisterTransaction transaction, RegisterHead head)
{
    public CertificateStore Store { get; } = new(transaction);

    /// <returns>False, and nothing is written, when the table has no such arrow.</returns>
    public bool TryMove(CertificateStanding certificate, CertificateEvent happened, int reason, long matterId, long timeMs)
    {
        if (CertificateMachine.Apply(certificate.Standing, happened) is not { } to)
            return false;
        Store.RecordEntry(
            head.TakePosition(), matterId, certificate.CertificateIndex, certificate.ToEntry(LogEntryKind.CertificateStatus, timeMs, to, reason, digest: null).Encode());
        Store.MoveStanding(certificate.CertificateIndex, to, reason, timeMs);
        return true;
    }

    /// <summary>The license was revoked (吊销) or cancelled (注销), and its certificates with it; those that have ended stay as they ended.</summary>
    public void EndAll(long licenseSerial, StandingEvent license, int reason, long matterId, long timeMs)
    {
        if (EventOf(license) is not { } happened)
            return;
        foreach (var certificate in Store.FindStandings(licenseSerial))
            TryMove(certificate, happened, reason, matterId, timeMs);
    }

    private static CertificateEvent? EventOf(StandingEvent license) => license switch
    {
        StandingEvent.Revoke => CertificateEvent.Revoke,
        StandingEvent.Cancel => CertificateEvent.Cancel,
        _ => null,
    };
}
