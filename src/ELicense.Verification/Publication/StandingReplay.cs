using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Trust;
using ELicense.Verification.Standings;

namespace ELicense.Verification.Publication;

/// <summary>The log replayed: what each entry may do to the standings before it.</summary>
internal static class StandingReplay
{
    /// <summary>Applies the entry, or says why no honest log holds it. Codes: issuer-scope, status-mismatch, malformed.</summary>
    public static bool TryApply(LogEntry entry, TrustCard card, StatusIndex standings, out Refusal refusal)
    {
        refusal = default;
        return entry.Kind switch
        {
            LogEntryKind.LicenseIssued => IsLicense(entry, card, out refusal) && TryIssue(entry, standings, out refusal),
            LogEntryKind.CertificateIssued => IsCertificate(entry, card, out refusal) && TryIssue(entry, standings, out refusal),
            LogEntryKind.LicenseStatus => IsLicense(entry, card, out refusal) && TryChange(entry, StandingMachine.IsPossible, standings, out refusal),
            LogEntryKind.CertificateStatus => IsCertificate(entry, card, out refusal) && TryChange(entry, CertificateMachine.IsPossible, standings, out refusal),
            // Audit heads and the kinds from 128 on never change standing.
            _ => true,
        };
    }

    private static bool TryIssue(LogEntry entry, StatusIndex standings, out Refusal refusal)
    {
        refusal = default;
        if (entry.Digest is null)
            refusal = new Refusal(Codes.Malformed, "An issuance without a digest.");
        else if (standings[entry.List, entry.Index] != Standing.NotIssued)
            refusal = new Refusal(Codes.StatusMismatch, $"Index {entry.Index} of list {entry.List} is issued a second time.");
        else if (entry.Standing != Standing.Valid)
            refusal = new Refusal(Codes.StatusMismatch, $"Issued as {entry.Standing}.");
        else
            standings.Apply(entry.List, entry.Index, Standing.Valid);
        return refusal.Code is null;
    }

    private static bool TryChange(LogEntry entry, Func<Standing, Standing, bool> isPossible, StatusIndex standings, out Refusal refusal)
    {
        refusal = default;
        var before = standings[entry.List, entry.Index];
        if (before == Standing.NotIssued || !isPossible(before, entry.Standing))
            refusal = new Refusal(Codes.StatusMismatch, $"Index {entry.Index} of list {entry.List} cannot turn from {before} to {entry.Standing}.");
        else
            standings.Apply(entry.List, entry.Index, entry.Standing);
        return refusal.Code is null;
    }

    private static bool IsLicense(LogEntry entry, TrustCard card, out Refusal refusal) =>
        IsInScope(entry, entry.Subject is EnterpriseSubject, card.LicenseLists, StatusList.LicenseListLength, out refusal);

    private static bool IsCertificate(LogEntry entry, TrustCard card, out Refusal refusal) =>
        IsInScope(entry, entry.Subject is CertificateSubject, card.CertificateLists, StatusList.CertificateListLength, out refusal);

    private static bool IsInScope(LogEntry entry, bool subjectFits, ListRange lists, int length, out Refusal refusal)
    {
        refusal = default;
        if (!subjectFits)
            refusal = new Refusal(Codes.Malformed, $"An entry of kind {entry.Kind} with another kind of subject.");
        else if (!lists.Contains(entry.List) || entry.Index < 0 || entry.Index >= length)
            refusal = new Refusal(Codes.IssuerScope, $"Index {entry.Index} of list {entry.List} is not one of the authority's for kind {entry.Kind}.");
        return refusal.Code is null;
    }
}
