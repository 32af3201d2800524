using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Recovery;

/// <summary>The entries of one matter: a license version with the superseding of the one before it, or one change of standing of all versions.</summary>
internal sealed class ReplayGroup(PublishedEntry first)
{
    private readonly List<PublishedEntry> _entries = [first];

    public PublishedEntry First => _entries[0];

    public IReadOnlyList<PublishedEntry> Entries => _entries;

    public CreditCode CreditCode => First.Entry.Subject is EnterpriseSubject enterprise
        ? enterprise.CreditCode
        : throw new InvalidOperationException("The entry is about no enterprise.");

    /// <summary>Entries of one matter were written together: same enterprise, same time, next to each other, each version once.</summary>
    public bool TryContinue(PublishedEntry next)
    {
        var (begun, entry) = (First.Entry, next.Entry);
        var belongs = entry.Kind == LogEntryKind.LicenseStatus && entry.TimeMs == begun.TimeMs && entry.Subject is not null && entry.Subject.Equals(begun.Subject)
            && (begun.Kind == LogEntryKind.LicenseStatus
                ? entry.Reason == begun.Reason && _entries.TrueForAll(other => (other.Entry.List, other.Entry.Index) != (entry.List, entry.Index))
                : First.Issued is { Claims.Version: > 1 } && entry.Standing == Standing.Superseded && _entries.Count == 1);
        if (belongs)
            _entries.Add(next);
        return belongs;
    }
}
