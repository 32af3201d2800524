using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>
/// How old what a publication offers to others is: its follower needs neither, but whoever reads lists alone depends on them. Null: none was read yet.
/// </summary>
/// <param name="StatusLists">When the oldest status list was signed.</param>
/// <param name="RevocationLists">thisUpdate of the oldest complete CRL of a CA for enterprises.</param>
/// <param name="RevocationListsUntil">The first nextUpdate of them.</param>
public readonly record struct PublishedAges(DateTimeOffset? StatusLists, DateTimeOffset? RevocationLists, DateTimeOffset? RevocationListsUntil);

/// <summary>Reads the complete CRLs every few minutes, for their ages only. Owned by the follower.</summary>
internal sealed class RevocationListWatch(PublicationSource source, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private long? _lookedAt;

    public DateTimeOffset? ThisUpdate { get; private set; }

    public DateTimeOffset? NextUpdate { get; private set; }

    /// <summary>A list that is missing or wrong leaves the ages of those that are right; who needs it finds that out by himself.</summary>
    public async Task LookAsync(VerifiedTrust trust, CancellationToken cancellation)
    {
        if (_lookedAt is { } before && clock.GetElapsedTime(before) < Every)
            return;
        _lookedAt = clock.GetTimestamp();
        DateTimeOffset? from = null, until = null;
        foreach (var ca in trust.Cas.Where(ca => ca.Key.Role == KeyRole.EnterpriseCa))
        {
            if (await source.ReadAsync($"crl/{ca.Key.Kid}/complete.crl", SignedRevocationList.MaxBytes, cancellation) is not { } der
                || !SignedRevocationList.TryOpen(der, ca.Key.SubjectPublicKeyInfo, out var list, out _))
                continue;
            from = from < list.ThisUpdate ? from : list.ThisUpdate;
            until = until < list.NextUpdate ? until : list.NextUpdate;
        }

        (ThisUpdate, NextUpdate) = (from, until);
    }
}
