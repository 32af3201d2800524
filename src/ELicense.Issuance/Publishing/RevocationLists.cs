using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Verification.Publication;
using System.Globalization;

namespace ELicense.Issuance.Publishing;

/// <summary>The CRLs of the enterprise CAs as the log says: a shard for each certificate list, and the complete list of each key. Views of the log, as status lists are.</summary>
internal sealed class RevocationLists(AuthoritySettings settings)
{
    private readonly Dictionary<KeyId, SortedDictionary<int, Shard>> _issuers = [];
    private readonly Dictionary<KeyId, PublishedRevocationList> _complete = [];

    public void Apply(LogEntry entry)
    {
        var subject = (CertificateSubject)entry.Subject!;
        var shard = ShardOf(subject.Issuer, entry.List);
        var reason = RevocationReasons.Of(entry.Standing, entry.Reason);
        if (entry.Kind == LogEntryKind.CertificateIssued)
            return;
        if (reason is { } why && SerialNumber.TryParse(subject.SerialHex, out var serial))
            shard.Entries[entry.Index] = new RevokedCertificate(serial, DateTimeOffset.FromUnixTimeMilliseconds(entry.TimeMs), why);
        else
            shard.Entries.Remove(entry.Index);
        (shard.Published.Changed, CompleteOf(subject.Issuer).Changed) = (true, true);
    }

    /// <summary>
    /// Signs and writes the lists that changed, and those whose next one is due before the next round. A CA that is not in service makes no more lists (docs/operations.md).
    /// </summary>
    public void Publish(PublicationFolder folder, IReadOnlyList<CertificateAuthority> issuers, long logSize, DateTimeOffset now)
    {
        foreach (var ca in issuers)
        {
            // Also before the first certificate there is a list to ask.
            if (ca == issuers[0] && _issuers.Count == 0)
                ShardOf(ca.Kid, settings.CertificateLists.First);
            if (!_issuers.TryGetValue(ca.Kid, out var shards))
                _issuers.Add(ca.Kid, shards = []);
            foreach (var (list, shard) in shards)
            {
                if (shard.Published.IsDue(now))
                    shard.Published.Write(folder, ca, ca.Addresses.Shard(ca.Kid, list), shard.Entries.Values, logSize, now);
            }

            var complete = CompleteOf(ca.Kid);
            if (complete.IsDue(now))
                complete.Write(folder, ca, distributionPoint: null, [.. shards.Values.SelectMany(shard => shard.Entries.Values)], logSize, now);
        }
    }

    private Shard ShardOf(KeyId issuer, int list)
    {
        if (!_issuers.TryGetValue(issuer, out var shards))
            _issuers.Add(issuer, shards = []);
        if (!shards.TryGetValue(list, out var shard))
            shards.Add(list, shard = new Shard(new PublishedRevocationList(settings, list.ToString(CultureInfo.InvariantCulture))));
        return shard;
    }

    private PublishedRevocationList CompleteOf(KeyId issuer)
    {
        if (!_complete.TryGetValue(issuer, out var list))
            _complete.Add(issuer, list = new PublishedRevocationList(settings, "complete"));
        return list;
    }

    private sealed record Shard(PublishedRevocationList Published)
    {
        public SortedDictionary<int, RevokedCertificate> Entries { get; } = [];
    }
}
