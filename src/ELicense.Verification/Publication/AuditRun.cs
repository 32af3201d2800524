using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Publication;

/// <summary>One audit of a publication: trust, checkpoint, then bundle by bundle its hashes, its entries' replay and its documents.</summary>
internal sealed class AuditRun(
    PublicationSource source, string? highWaterFolder, DateTimeOffset now, IProgress<long>? progress, CancellationToken cancellation)
{
    private readonly AuditFindings _findings = new();
    private readonly StatusIndex _standings = new();
    private readonly HashSet<Digest> _serials = []; // hashes: half of what the texts take, and there may be millions
    private HighWaterMark? _mark;
    private int _documents;
    private int _certificates;

    public async Task<AuditReport> RunAsync(TrustAnchor anchor)
    {
        if (await ReadTrustAsync(anchor) is not { } trust || await ReadCheckpointAsync(trust, anchor) is not { } signed)
            return new AuditReport(0, Root: null, 0, 0, 0, 0, _findings.All);

        var checkpoint = signed.Checkpoint;
        var tree = new AuditedTree(source, checkpoint, _mark, _findings, cancellation);
        var lists = new AuditedStatusLists(source, trust, _findings, now, cancellation);
        for (long n = 0; n * TilePath.Width < checkpoint.Size && !_findings.IsFull; n++)
        {
            var (bundle, refusal, path) = await PublishedLog.ReadBundleAsync(source, n, checkpoint.Size, cancellation);
            await tree.AddAsync(n, bundle, refusal, path);
            if (bundle is not null)
            {
                var issued = await ReplayAsync(bundle, trust.Card, lists);
                await CheckPackAsync(n, bundle, issued, trust, checkpoint.Size);
            }

            progress?.Report(Math.Min(checkpoint.Size, (n + 1) * TilePath.Width));
        }

        if (!_findings.IsFull)
        {
            await tree.FinishAsync();
            await lists.FinishAsync(checkpoint.Size, _standings);
        }

        if (highWaterFolder is not null && _findings.All.Count == 0)
            HighWaterStore.Save(highWaterFolder, HighWaterMark.Of(trust, signed, anchor));
        return new AuditReport(tree.Size, tree.Root, tree.Tiles, _documents, _certificates, lists.Count, _findings.All);
    }

    private async Task<VerifiedTrust?> ReadTrustAsync(TrustAnchor anchor)
    {
        var (trust, refusal) = await PublishedTrust.ReadAsync(source, anchor, now, cancellation);
        if (trust is null)
        {
            _findings.Add(PublishedTrust.Path, position: null, refusal);
            return null;
        }

        var versioned = $"trust/{trust.Card.Version}.jws";
        var copy = await source.ReadAsync(versioned, VerifiedTrust.MaxJwsBytes, cancellation);
        if (copy is not null && !copy.AsSpan().SequenceEqual(trust.Jws.Span))
            _findings.Add(versioned, position: null, new Refusal(Codes.TrustSignature, "It is not the card that trust.jws is."));
        const string officesPath = "trust/offices.jws";
        var offices = await source.ReadAsync(officesPath, VerifiedTrust.MaxOfficesJwsBytes, cancellation);
        if (offices is not null && !trust.TryWithOffices(offices, out _, out refusal))
            _findings.Add(officesPath, position: null, refusal);
        await CheckVerifierKeysAsync(trust);
        return trust;
    }

    private async Task CheckVerifierKeysAsync(VerifiedTrust trust)
    {
        const string path = "log/vkey";
        if (await source.ReadAsync(path, SignedNote.MaxBytes, cancellation) is not { } bytes)
            return;
        var known = trust.KeysInForce(KeyRole.Log, now).Select(log => CheckpointSigning.LogKey(trust.Card.Origin, log))
            .Concat(trust.KeysInForce(KeyRole.Clock, now).Select(clock => CheckpointSigning.ClockKey(trust.Card.Origin, clock))).Select(key => key.ToString()).ToHashSet(StringComparer.Ordinal);
        var lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!lines.All(known.Contains))
            _findings.Add(path, position: null, new Refusal(Codes.KeyUnknown, "A key that is neither the log's nor the clock's of the trust card."));
    }

    private async Task<SignedCheckpoint?> ReadCheckpointAsync(VerifiedTrust trust, TrustAnchor anchor)
    {
        var (signed, refusal) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        if (signed is null)
        {
            _findings.Add(SignedCheckpoint.Path, position: null, refusal);
            return null;
        }

        if (highWaterFolder is null)
            return signed;
        if (!HighWaterStore.TryLoad(highWaterFolder, trust.Card.Origin, out _mark, out refusal))
            _findings.Add(SignedCheckpoint.Path, position: null, refusal);
        if (_mark is not null && await _mark.RefusalAsync(source, trust, anchor, cancellation) is { } older)
            _findings.Add(PublishedTrust.Path, position: null, older);
        if (_mark?.Admits(signed.Checkpoint, signed.Time, out refusal) == false)
            _findings.Add(SignedCheckpoint.Path, signed.Checkpoint.Size, refusal);
        return signed;
    }

    /// <returns>The issuances of the bundle by their offset in it.</returns>
    private async Task<Dictionary<int, LogEntry>> ReplayAsync(PublishedBundle bundle, TrustCard card, AuditedStatusLists lists)
    {
        var issued = new Dictionary<int, LogEntry>();
        for (var offset = 0; offset < bundle.Entries.Count; offset++)
        {
            var position = bundle.First + offset;
            lists.CompareAt(position, _standings);
            if (!LogEntry.TryDecode(bundle.Entries[offset], out var entry, out var refusal))
            {
                _findings.Add(bundle.Path, position, refusal);
                continue;
            }

            if (entry.Kind is LogEntryKind.LicenseIssued or LogEntryKind.CertificateIssued)
                await lists.MeetAsync(entry.List, position, _standings);
            if (!StandingReplay.TryApply(entry, card, _standings, out refusal))
                _findings.Add(bundle.Path, position, refusal);
            else if (entry.Kind == LogEntryKind.LicenseIssued)
                issued.Add(offset, entry);
            else if (entry.Kind == LogEntryKind.CertificateIssued)
                await CheckCertificateAsync(entry, bundle.Path, position);
        }

        return issued;
    }

    private async Task CheckCertificateAsync(LogEntry entry, string bundle, long position)
    {
        var subject = (CertificateSubject)entry.Subject!;
        var certificateName = LookupSubject.Of(subject.Issuer, subject.SerialHex);
        if (!_serials.Add(Digest.Of(Encoding.ASCII.GetBytes(certificateName))))
            _findings.Add(bundle, position, LookupSubject.SecondSerial(certificateName));
        var (certificate, refusal) = await PublishedLog.ReadCertificateAsync(source, entry.List, entry.Index, entry.Digest!.Value, cancellation);
        if (certificate is null)
            _findings.Add(PublishedLog.CertificatePath(entry), position, refusal);
        else
            _certificates++;
    }

    private async Task CheckPackAsync(long n, PublishedBundle bundle, Dictionary<int, LogEntry> issued, VerifiedTrust trust, long logSize)
    {
        var (pack, refusal, path) = await PublishedLog.ReadPackAsync(source, n, cancellation);
        if (refusal.Code is not null)
        {
            _findings.Add(path, bundle.First, refusal);
            return;
        }

        if (pack.LogSize > logSize || (pack.Files.Count > 0 && pack.LogSize < bundle.First + LastFile(pack)))
            _findings.Add(path, bundle.First, new Refusal(Codes.DocumentMismatch, $"The pack states log size {pack.LogSize}, which is not that of its files."));
        for (var offset = 0; offset < bundle.Entries.Count; offset++)
        {
            if (!issued.TryGetValue(offset, out var entry))
            {
                if (offset < pack.Files.Count && pack.Files[offset] is not null)
                    _findings.Add(path, bundle.First + offset, new Refusal(Codes.DocumentMismatch, "A document where no license was issued."));
                continue;
            }

            if (!PublishedLog.TryFileOf(entry, pack, offset, out var file, out _, out refusal) || !IsAuthentic(file, entry, bundle.First + offset, trust, out refusal))
                _findings.Add(path, bundle.First + offset, refusal);
            _documents += file is null ? 0 : 1;
            // A pack that is cut short lacks all that follows; once is enough to say so.
            if (offset >= pack.Files.Count)
                return;
        }
    }

    private static int LastFile(DocumentPack pack)
    {
        for (var count = pack.Files.Count; count > 0; count--)
        {
            if (pack.Files[count - 1] is not null)
                return count;
        }

        return 0;
    }

    /// <summary>The log names what is signed, not the signature: that one is checked here.</summary>
    private bool IsAuthentic(ReadOnlyMemory<byte>? bytes, LogEntry issued, long position, VerifiedTrust trust, out Refusal refusal)
    {
        refusal = default;
        if (bytes is not { } content || !LicenseFile.TryDecode(content, out var file, out refusal))
            return bytes is null;
        var evidence = new StandingEvidence(issued.Standing, issued.Digest, position, now, position + 1, Since: null, Reason: 0, NewestVersion: null);
        var verdict = LicenseVerifier.Verify(file.Token, file.Document, qrHost: null, trust, _ => evidence, now);
        foreach (var name in (CheckName[])[CheckName.Integrity, CheckName.Issuer])
        {
            if (verdict[name].Result == CheckResult.Fail)
                refusal = new Refusal(verdict[name].Code, verdict[name].Detail);
        }

        return refusal.Code is null;
    }
}
