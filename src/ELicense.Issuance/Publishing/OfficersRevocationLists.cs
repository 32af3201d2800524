using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Issuance.People;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Publishing;

/// <summary>The complete CRL of each officers' CA, from the register of people: serial numbers, dates and reasons of what was withdrawn, and nothing else about anybody.</summary>
internal sealed class OfficersRevocationLists(Register register, AuthoritySettings settings)
{
    private readonly Dictionary<KeyId, (PublishedRevocationList List, IReadOnlyList<RevokedCertificate> Entries)> _published = [];

    public void Publish(PublicationFolder folder, IReadOnlyList<CertificateAuthority> issuers, DateTimeOffset now)
    {
        if (issuers.Count == 0)
            return;
        using var transaction = register.Read();
        var people = new PeopleStore(transaction);
        foreach (var ca in issuers)
        {
            var entries = people.Withdrawn(ca.Kid);
            var (list, before) = _published.TryGetValue(ca.Kid, out var published) ? published : (new PublishedRevocationList(settings, "complete"), []);
            list.Changed |= !entries.SequenceEqual(before);
            if (list.IsDue(now))
                list.Write(folder, ca, distributionPoint: null, entries, logSize: null, now);
            _published[ca.Kid] = (list, entries);
        }
    }
}
