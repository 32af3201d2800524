using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Recovery;

/// <summary>
/// The entries of one matter that were written together: a license version with the superseding of the one before it; one change of standing of all versions, with the certificates that end with them; a
/// certificate, with its end when its license had ended; one change of a certificate.
/// </summary>
internal sealed class ReplayGroup(PublishedEntry first)
{
    private readonly List<PublishedEntry> _entries = [first];

    public PublishedEntry First => _entries[0];

    public IReadOnlyList<PublishedEntry> Entries => _entries;

    /// <summary>Same enterprise or certificate, same time, next to each other, each version and certificate once.</summary>
    public bool TryContinue(PublishedEntry next)
    {
        var belongs = next.Entry.Kind == LogEntryKind.CertificateStatus ? ContinuesWithCertificate(next.Entry) : ContinuesWithVersion(next.Entry);
        if (belongs)
            _entries.Add(next);
        return belongs;
    }

    /// <summary>Only what a license's end does to its certificates has a license's reason, or none.</summary>
    private bool ContinuesWithCertificate(LogEntry entry)
    {
        var begun = First.Entry;
        return entry.TimeMs == begun.TimeMs && begun.Kind switch
        {
            LogEntryKind.LicenseStatus => entry.Reason == begun.Reason && entry.Standing == begun.Standing && CertificateReasons.All.All(reason => reason.Number != entry.Reason),
            LogEntryKind.CertificateIssued => entry.Reason == 0 && entry.Subject!.Equals(begun.Subject),
            _ => false,
        };
    }

    private bool ContinuesWithVersion(LogEntry entry)
    {
        var begun = First.Entry;
        return entry.Kind == LogEntryKind.LicenseStatus && entry.TimeMs == begun.TimeMs && entry.Subject is not null && entry.Subject.Equals(begun.Subject)
            && (begun.Kind == LogEntryKind.LicenseStatus
                ? entry.Reason == begun.Reason && _entries.TrueForAll(other => (other.Entry.List, other.Entry.Index) != (entry.List, entry.Index))
                : First.Issued is { Claims.Version: > 1 } && entry.Standing == Standing.Superseded && _entries.Count == 1);
    }
}
