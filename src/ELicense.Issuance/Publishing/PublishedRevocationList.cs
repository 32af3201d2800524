using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Publishing;

/// <summary>One CRL at its address: when it is due, and numbers that rise.</summary>
/// <param name="name">Of the file below crl/&lt;kid&gt;/.</param>
internal sealed class PublishedRevocationList(AuthoritySettings settings, string name)
{
    private DateTimeOffset _at;

    /// <summary>Also before the first one that this process makes.</summary>
    public bool Changed { get; set; } = true;

    /// <summary>Whether it changed, or its next one must be there before the next round.</summary>
    public bool IsDue(DateTimeOffset now) => Changed || settings.RevocationLists.IsDue(_at, now + settings.CosignEvery);

    public void Write(
        PublicationFolder folder, CertificateAuthority ca, string? distributionPoint, IReadOnlyCollection<RevokedCertificate> entries, long? logSize, DateTimeOffset now)
    {
        var path = $"crl/{ca.Kid}/{name}.crl";
        // The published one, whoever made it; a file that is not of this key is none.
        var former = folder.Read(path) is { } published && SignedRevocationList.TryOpen(published, ca.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var list, out _)
            ? list.Number
            : (long?)null;
        // By the time, so that it rises over a lost folder and a restored database too.
        var number = Math.Max(now.ToUnixTimeMilliseconds(), former + 1 ?? 0);
        folder.Write(path, new RevocationList
        {
            Number = number,
            ThisUpdate = now,
            NextUpdate = settings.RevocationLists.NextUpdate(now),
            LogSize = logSize,
            DistributionPoint = distributionPoint,
            Entries = entries,
        }.Sign(ca, former));
        (_at, Changed) = (now, false);
    }
}
