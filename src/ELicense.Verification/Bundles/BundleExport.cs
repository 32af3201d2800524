using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Bundles;

/// <summary>
/// Packs a publication folder, or what is new in it since a log size, into one bundle for a disk. The publisher may go on meanwhile: full tiles and packs do not change and are written
/// first, the rest is read again until the checkpoint stood still while it was read.
/// </summary>
public sealed class BundleExport
{
    private const int MostTries = 50;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);
    private static readonly string[] SmallFolders = ["trust", "ca", "status", "crl", "delegates", "exchange", "answers"];

    private readonly string _folder;
    private readonly PublicationSource _source;
    private readonly BundleWriter _bundle;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellation;
    private Refusal _fault;

    private BundleExport(string folder, BundleWriter bundle, IProgress<long>? progress, CancellationToken cancellation) =>
        (_folder, _source, _bundle, _progress, _cancellation) = (folder, PublicationSource.Open(folder), bundle, progress, cancellation);

    /// <summary>Codes: publication-missing, number-out-of-range (since), entry-missing, malformed, state-conflict (the publisher never stood still).</summary>
    /// <param name="since">Log size that the receiver has; 0: everything.</param>
    /// <param name="progress">Told the log position that was reached.</param>
    public static async Task<BundleResult> RunAsync(string folder, long since, Stream output, IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var bundle = new BundleWriter(output);
        return await new BundleExport(folder, bundle, progress, cancellation).RunAsync(since);
    }

    private async Task<BundleResult> RunAsync(long since)
    {
        var whole = since / TilePath.Width * TilePath.Width;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await SizeAsync() is not { } size)
                return Refused(new Refusal(Codes.PublicationMissing, $"{_folder} has no checkpoint."));
            if (size < since)
                return Refused(new Refusal(Codes.NumberOutOfRange, $"The publication has {size} entries, fewer than {since}."));
            if (await WriteWholeAsync(whole, size) is { } refusal)
                return Refused(refusal);
            whole = size / TilePath.Width * TilePath.Width;
            if (await ReadRestAsync(size) is { } rest)
            {
                foreach (var (path, content) in rest.OrderBy(file => BundledPath.Step(file.Path)).ThenBy(file => file.Path, StringComparer.Ordinal))
                    await _bundle.AddAsync(path, content, _cancellation);
                await _bundle.EndAsync(BundleEnd.Publication, since, size, _cancellation);
                return new BundleResult(since, size, _bundle.Files, Refusal: null);
            }

            await Task.Delay(BetweenTries, _cancellation);
        }

        return Refused(_fault.Code is null
            ? new Refusal(Codes.StateConflict, "The publisher did not stand still for as long as it takes to read the files that change with each round.")
            : _fault);

        BundleResult Refused(Refusal why) => new(since, since, 0, why);
    }

    /// <summary>Full tiles, bundles and packs, and the certificates that their entries issued.</summary>
    private async Task<Refusal?> WriteWholeAsync(long from, long size)
    {
        for (var n = from / TilePath.Width; n < size / TilePath.Width; n++)
        {
            var (files, refusal) = await ReadLogAsync(n, size);
            if (files is null)
                return refusal;
            foreach (var (path, content) in files)
                await _bundle.AddAsync(path, content, _cancellation);
            _progress?.Report((n + 1) * TilePath.Width);
        }

        for (var level = 0; size >> (8 * (level + 1)) > 0; level++)
        {
            for (var n = from >> (8 * (level + 1)); n < size >> (8 * (level + 1)); n++)
            {
                var path = "log/" + TilePath.Hashes(level, n, TilePath.Width);
                if (await ReadAsync(path) is not { } tile)
                    return new Refusal(Codes.EntryMissing, $"{path} is not there.");
                await _bundle.AddAsync(path, tile, _cancellation);
            }
        }

        return null;
    }

    /// <summary>All that may change with a round of the publisher; null when it did, or was amid one.</summary>
    private async Task<List<(string Path, byte[] Content)>?> ReadRestAsync(long size)
    {
        var rest = new List<(string Path, byte[] Content)>();
        if (size % TilePath.Width > 0)
        {
            (var files, _fault) = await ReadLogAsync(size / TilePath.Width, size);
            if (files is null)
                return null;
            rest.AddRange(files);
        }

        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var n = size >> (8 * (level + 1));
            var path = "log/" + TilePath.Hashes(level, n, TilePath.WidthIn(size, level, n));
            if (TilePath.WidthIn(size, level, n) > 0 && !await TryAddAsync(path, rest))
                return null;
        }

        foreach (var path in SmallFiles())
            await TryAddAsync(path, rest);
        return await SizeAsync() == size ? rest : null;
    }

    /// <returns>Null files: they are not there, or go beyond the size.</returns>
    private async Task<(List<(string Path, byte[] Content)>? Files, Refusal Refusal)> ReadLogAsync(long n, long size)
    {
        var (bundle, refusal, _) = await PublishedLog.ReadBundleAsync(_source, n, size, _cancellation);
        if (bundle is null)
            return (null, refusal);
        var files = new List<(string Path, byte[] Content)> { ("log/" + TilePath.Entries(n, bundle.Entries.Count), EntryBundle.Encode(bundle.Entries)) };
        var documents = "documents/" + TilePath.Index(n);
        if (await ReadAsync(documents) is { } bytes)
        {
            if (!DocumentPack.TryDecode(bytes, out var pack, out refusal))
                return (null, refusal with { Detail = $"{documents}: {refusal.Detail}" });
            if (pack.LogSize > size && bundle.Entries.Count < TilePath.Width)
                return (null, new Refusal(Codes.StateConflict, $"{documents} is of log size {pack.LogSize} already."));
            files.Add((documents, bytes));
        }

        foreach (var entry in bundle.Entries)
        {
            if (!LogEntry.TryDecode(entry, out var decoded, out refusal))
                return (null, refusal with { Detail = $"{bundle.Path}: {refusal.Detail}" });
            if (decoded.Kind == LogEntryKind.CertificateIssued && !await TryAddAsync(PublishedLog.CertificatePath(decoded), files))
                return (null, new Refusal(Codes.CertificateMissing, $"{PublishedLog.CertificatePath(decoded)} is not there."));
        }

        return (files, default);
    }

    private IEnumerable<string> SmallFiles() => ((string[])["trust.jws", "log/vkey", SignedCheckpoint.Path])
        .Concat(SmallFolders.Select(name => Path.Combine(_folder, name)).Where(Directory.Exists)
            .SelectMany(full => Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories))
            .Select(full => Path.GetRelativePath(_folder, full).Replace(Path.DirectorySeparatorChar, '/')))
        .Where(path => BundledPath.MostBytes(path) is not null);

    private async Task<bool> TryAddAsync(string path, List<(string Path, byte[] Content)> files)
    {
        if (await ReadAsync(path) is not { } content)
            return false;
        files.Add((path, content));
        return true;
    }

    private Task<byte[]?> ReadAsync(string path) => _source.ReadAsync(path, BundledPath.MostBytes(path)!.Value, _cancellation);

    private async Task<long?> SizeAsync() => SignedCheckpoint.Peek(await ReadAsync(SignedCheckpoint.Path))?.Size;
}
