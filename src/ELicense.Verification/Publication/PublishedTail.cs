using System.Runtime.CompilerServices;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>One entry of a publication's tail.</summary>
/// <param name="Bytes">As the tree has them.</param>
/// <param name="Issued">The license that it issued, signed by a license key of the trust card; null for entries that issue none.</param>
public sealed record PublishedEntry(long Position, ReadOnlyMemory<byte> Bytes, LogEntry Entry, PublishedLicense? Issued)
{
    /// <summary>The certificate that it issued, with the digest that the entry names; null for entries that issue none.</summary>
    public ReadOnlyMemory<byte>? Certificate { get; init; }
}

/// <summary>A license as its document pack has it.</summary>
public sealed record PublishedLicense(LicenseFile File, CoseSign1 Token, LicenseToken Claims);

/// <summary>What a publication holds beyond a log that somebody else has: proven to extend that log up to the signed checkpoint before anything of it is handed out.</summary>
public sealed class PublishedTail
{
    private readonly PublicationSource _source;
    private readonly List<Digest> _leaves;
    private readonly long _from;

    private PublishedTail(PublicationSource source, VerifiedTrust trust, SignedCheckpoint signed, long from, List<Digest> leaves)
    {
        _source = source;
        _leaves = leaves;
        _from = from;
        Trust = trust;
        Checkpoint = signed.Checkpoint;
        SignedAt = signed.Time;
    }

    public VerifiedTrust Trust { get; }

    public Checkpoint Checkpoint { get; }

    /// <summary>Of the checkpoint's cosignature.</summary>
    public DateTimeOffset SignedAt { get; }

    /// <summary>
    /// Codes: log-rollback (the publication is shorter than the log or the mark), log-fork (it does not extend them), entry-missing, malformed, those of trust card and checkpoint.
    /// An IOException or HttpRequestException when the publication cannot be reached.
    /// </summary>
    /// <param name="log">The log that is to be extended; it is not changed.</param>
    /// <param name="mark">The newest checkpoint that is known to have been published; null: none.</param>
    public static async Task<(PublishedTail? Tail, Refusal Refusal)> OpenAsync(
        PublicationSource source, TrustAnchor anchor, MerkleFrontier log, Checkpoint? mark, DateTimeOffset now, CancellationToken cancellation)
    {
        var (trust, refusal) = await PublishedTrust.ReadAsync(source, anchor, now, cancellation);
        if (trust is null)
            return (null, refusal);
        var (signed, unsigned) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        if (signed is null)
            return (null, unsigned);
        var newest = Math.Max(log.Size, mark?.Size ?? 0);
        if (signed.Checkpoint.Size < newest)
            return (null, new Refusal(Codes.LogRollback, $"The publication has {signed.Checkpoint.Size} entries, but {newest} are known: take a newer copy of it."));

        var tail = new PublishedTail(source, trust, signed, log.Size, []);
        var frontier = log.Clone();
        await foreach (var (bundle, offset, fault) in tail.BundlesAsync(cancellation))
        {
            if (bundle is null)
                return (null, fault);
            foreach (var bytes in bundle.Entries.Skip(offset))
            {
                if (Fork(frontier, mark) is { } fork)
                    return (null, fork);
                tail._leaves.Add(MerkleTree.Leaf(bytes.Span));
                frontier.Append(tail._leaves[^1]);
            }
        }

        return (Fork(frontier, mark) ?? Fork(frontier, signed.Checkpoint)) is { } forked ? (null, forked) : (tail, default);
    }

    /// <summary>The entries in order. Codes: those of an entry, document-mismatch, certificate-missing, digest-mismatch; log-fork when the publication has changed since it was opened.</summary>
    public async IAsyncEnumerable<(PublishedEntry? Entry, Refusal Refusal)> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (bundle, offset, fault) in BundlesAsync(cancellation))
        {
            var (pack, packRefusal, packPath) = bundle is null ? (null, fault, "") : await PublishedLog.ReadPackAsync(_source, bundle.First / TilePath.Width, cancellation);
            if (packRefusal.Code is not null)
            {
                yield return (null, packRefusal);
                yield break;
            }

            for (var at = offset; at < bundle!.Entries.Count; at++)
            {
                var entry = Read(bundle, at, pack!, out var refusal);
                if (entry is { Entry.Kind: LogEntryKind.CertificateIssued } certified)
                    (entry, refusal) = await WithCertificateAsync(certified, cancellation);
                yield return (entry, refusal.Code is null ? default : refusal with { Detail = $"{packPath}, position {bundle.First + at}: {refusal.Detail}" });
                if (entry is null)
                    yield break;
            }
        }
    }

    private static Refusal? Fork(MerkleFrontier frontier, Checkpoint? seen) => seen is not null && frontier.Size == seen.Size && frontier.Root != seen.Root
        ? new Refusal(Codes.LogFork, $"At size {seen.Size} the log leads to root {frontier.Root}; {seen.Root} was published: it is not extended, it was altered.")
        : null;

    private async IAsyncEnumerable<(PublishedBundle? Bundle, int Offset, Refusal Refusal)> BundlesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var position = _from; position < Checkpoint.Size; position = (position / TilePath.Width * TilePath.Width) + TilePath.Width)
        {
            var (bundle, refusal, _) = await PublishedLog.ReadBundleAsync(_source, position / TilePath.Width, Checkpoint.Size, cancellation);
            yield return (bundle, (int)(position % TilePath.Width), refusal);
            if (bundle is null)
                yield break;
        }
    }

    private async Task<(PublishedEntry? Entry, Refusal Refusal)> WithCertificateAsync(PublishedEntry entry, CancellationToken cancellation)
    {
        var (certificate, refusal) = await PublishedLog.ReadCertificateAsync(_source, entry.Entry.List, entry.Entry.Index, entry.Entry.Digest!.Value, cancellation);
        return certificate is null ? (null, refusal) : (entry with { Certificate = certificate }, default);
    }

    private PublishedEntry? Read(PublishedBundle bundle, int offset, DocumentPack pack, out Refusal refusal)
    {
        var (position, bytes) = (bundle.First + offset, bundle.Entries[offset]);
        refusal = new Refusal(Codes.LogFork, "The entry is not the one that was there a moment ago.");
        if (MerkleTree.Leaf(bytes.Span) != _leaves[(int)(position - _from)] || !LogEntry.TryDecode(bytes, out var entry, out refusal))
            return null;
        if (entry.Kind != LogEntryKind.LicenseIssued)
            return new PublishedEntry(position, bytes, entry, Issued: null);
        if (!PublishedLog.TryFileOf(entry, pack, offset, out var file, out _, out refusal))
            return null;
        return Open(file, out refusal) is { } license ? new PublishedEntry(position, bytes, entry, license) : null;
    }

    private PublishedLicense? Open(ReadOnlyMemory<byte>? bytes, out Refusal refusal)
    {
        refusal = new Refusal(Codes.DocumentMismatch, "The face was withdrawn from the publication.");
        if (bytes is not { } present || !LicenseFile.TryDecode(present, out var file, out refusal)
            || !CoseSign1.TryDecode(file.Token, LicenseToken.MaxBytes, out var token, out refusal)
            || !LicenseToken.TryDecodeClaims(token.Payload, out var claims, out refusal))
            return null;
        refusal = new Refusal(Codes.DocumentMismatch, "The signature is not that of a license key.");
        return Trust.Find(token.Kid, KeyRole.License, out _) is { } key && token.IsSignedBy(key) ? new PublishedLicense(file, token, claims) : null;
    }
}
