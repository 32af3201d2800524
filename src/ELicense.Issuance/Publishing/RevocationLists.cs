using System.Globalization;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;

namespace ELicense.Issuance.Publishing;

/// <summary>The CRLs of the enterprise CAs as the log says: a shard for each certificate list, and the complete list of each key. Views of the log, as status lists are.</summary>
internal sealed class RevocationLists(AuthoritySettings settings)
{
    private readonly Dictionary<KeyId, SortedDictionary<int, Shard>> _issuers = [];
    private readonly Dictionary<KeyId, Written> _complete = [];

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
        (shard.Written.Changed, CompleteOf(subject.Issuer).Changed) = (true, true);
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
                var name = list.ToString(CultureInfo.InvariantCulture);
                if (IsDue(shard.Written, now))
                    Write(folder, ca, name, ca.Addresses.Shard(ca.Kid, list), shard.Entries.Values, shard.Written, logSize, now);
            }

            if (IsDue(CompleteOf(ca.Kid), now))
                Write(folder, ca, "complete", distributionPoint: null, [.. shards.Values.SelectMany(shard => shard.Entries.Values)], CompleteOf(ca.Kid), logSize, now);
        }
    }

    private Shard ShardOf(KeyId issuer, int list)
    {
        if (!_issuers.TryGetValue(issuer, out var shards))
            _issuers.Add(issuer, shards = []);
        if (!shards.TryGetValue(list, out var shard))
            shards.Add(list, shard = new Shard());
        return shard;
    }

    private Written CompleteOf(KeyId issuer)
    {
        if (!_complete.TryGetValue(issuer, out var written))
            _complete.Add(issuer, written = new Written());
        return written;
    }

    private bool IsDue(Written list, DateTimeOffset now) => list.Changed || settings.RevocationLists.IsDue(list.At, now + settings.CosignEvery);

    private void Write(
        PublicationFolder folder, CertificateAuthority ca, string name, string? distributionPoint, IReadOnlyCollection<RevokedCertificate> entries, Written written, long logSize, DateTimeOffset now)
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
        (written.At, written.Changed) = (now, false);
    }

    private sealed class Shard
    {
        public SortedDictionary<int, RevokedCertificate> Entries { get; } = [];

        public Written Written { get; } = new();
    }

    private sealed class Written
    {
        public bool Changed { get; set; } = true;

        public DateTimeOffset At { get; set; }
    }
}
