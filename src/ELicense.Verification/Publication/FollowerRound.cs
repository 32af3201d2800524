using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Trust;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>The entries of one round: read, replayed on a fork of the standings, written to an open transaction. Nothing of it counts until it is committed.</summary>
internal sealed class FollowerRound : IDisposable
{
    private readonly PublicationSource _source;
    private readonly VerifiedTrust _trust;
    private readonly TrustCard _card;
    private readonly LookupUpdate _update;
    private readonly HighWaterMark? _mark;

    public FollowerRound(
        PublicationSource source, VerifiedTrust trust, LookupIndex lookup, MerkleFrontier frontier, StatusIndex standings, HighWaterMark? mark, long snapshotSize)
    {
        _source = source;
        _trust = trust;
        _card = trust.Card;
        _mark = mark;
        Frontier = frontier.Clone();
        Standings = standings.Fork();
        _update = lookup.BeginUpdate(fromScratch: frontier.Size == 0, snapshotSize);
    }

    public MerkleFrontier Frontier { get; }

    public StatusIndex Standings { get; }

    /// <summary>Takes over all entries up to the checkpoint; null when they lead to its root.</summary>
    public async Task<Refusal?> RunAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        var start = Frontier.Size;
        while (Frontier.Size < checkpoint.Size)
        {
            var n = Frontier.Size / TilePath.Width;
            var (bundle, refusal, _) = await PublishedLog.ReadBundleAsync(_source, n, checkpoint.Size, cancellation);
            if (bundle is null)
                return refusal;
            if (!TryDecode(bundle, out var entries, out refusal))
                return refusal;
            // Only issuances have documents: a change of standing needs no pack.
            var (pack, packRefusal, packPath) = entries.Exists(entry => entry.Kind == LogEntryKind.LicenseIssued)
                ? await PublishedLog.ReadPackAsync(_source, n, cancellation)
                : PublishedLog.NoPack(n);
            if (packRefusal.Code is not null)
                return packRefusal;
            var wrong = PublishedLog.FirstWronglySigned(pack, (int)(Frontier.Size - bundle.First), _trust);
            if (wrong >= 0)
                return new Refusal(Codes.DocumentMismatch, $"{packPath}, position {bundle.First + wrong}: the signature is not that of the license key.");
            if (!TryApply(bundle, entries, pack, packPath, out refusal))
                return refusal;
        }

        if (!_update.TryOrder(out var twice))
            return LookupSubject.SecondSerial(twice!);
        return Frontier.Root == checkpoint.Root
            ? null
            : new Refusal(Codes.LogFork, $"The entries {start} to {checkpoint.Size - 1} lead to root {Frontier.Root}; the checkpoint has {checkpoint.Root}. Verifying the log names the place.");
    }

    public void Commit() => _update.Commit(_card.Origin, Frontier);

    public void Dispose() => _update.Dispose();

    /// <summary>The entries that are new.</summary>
    private bool TryDecode(PublishedBundle bundle, out List<LogEntry> entries, out Refusal refusal)
    {
        (entries, refusal) = ([], default);
        for (var position = Frontier.Size; position < bundle.First + bundle.Entries.Count; position++)
        {
            if (!LogEntry.TryDecode(bundle.Entries[(int)(position - bundle.First)], out var entry, out refusal))
            {
                refusal = refusal with { Detail = $"{bundle.Path}, position {position}: {refusal.Detail}" };
                return false;
            }

            entries.Add(entry);
        }

        return true;
    }

    private bool TryApply(PublishedBundle bundle, List<LogEntry> entries, DocumentPack pack, string packPath, out Refusal refusal)
    {
        refusal = default;
        foreach (var entry in entries)
        {
            var position = Frontier.Size;
            var offset = (int)(position - bundle.First);
            if (!StandingReplay.TryApply(entry, _card, Standings, out refusal))
            {
                refusal = refusal with { Detail = $"{bundle.Path}, position {position}: {refusal.Detail}" };
                return false;
            }

            if (!TryRecord(entry, position, pack, offset, out refusal))
            {
                refusal = refusal with { Detail = $"{packPath}, position {position}: {refusal.Detail}" };
                return false;
            }

            Frontier.Append(MerkleTree.Leaf(bundle.Entries[offset].Span));
            // A log built anew must pass through what was seen before.
            if (_mark is not null && Frontier.Size == _mark.Size && Frontier.Root != _mark.Root)
            {
                refusal = new Refusal(Codes.LogFork, $"The first {_mark.Size} entries lead to root {Frontier.Root}; {_mark.Root} was seen before.");
                return false;
            }
        }

        return true;
    }

    private bool TryRecord(LogEntry entry, long position, DocumentPack pack, int offset, out Refusal refusal)
    {
        refusal = default;
        switch (entry.Kind)
        {
            case LogEntryKind.LicenseIssued:
                if (!PublishedLog.TryFileOf(entry, pack, offset, out var file, out var claims, out refusal))
                    return false;
                _update.Issue(entry, position);
                _update.Listings.Announce(entry, position);
                if (file is { } bytes && claims is not null)
                {
                    _update.Store(position, bytes);
                    _update.Listings.Name(new Place(entry.List, entry.Index), claims.Name);
                }

                return true;
            case LogEntryKind.CertificateIssued when entry.Subject is CertificateSubject certificate && _update.IsIssued(certificate):
                refusal = LookupSubject.SecondSerial(LookupSubject.Of(certificate.Issuer, certificate.SerialHex));
                return false;
            case LogEntryKind.CertificateIssued:
                _update.Issue(entry, position);
                return true;
            case LogEntryKind.LicenseStatus or LogEntryKind.CertificateStatus when !_update.Change(entry, position):
                refusal = new Refusal(Codes.StatusMismatch, $"Index {entry.Index} of list {entry.List} was issued to another subject.");
                return false;
            case LogEntryKind.LicenseStatus:
                _update.Listings.Announce(entry, position);
                return true;
            default:
                return true;
        }
    }
}
