using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Bundles;

/// <summary>
/// Takes a bundle into a publication folder. What it carries is verified together with what is there, as the publication that would come of it, before any file is replaced; a folder never
/// goes back. Whoever is cut off imports again: nothing is half done that the same bundle does not finish. One import of a folder at a time.
/// </summary>
/// <param name="folder">The publication; made when it does not exist.</param>
/// <param name="state">Folder of the high-water mark; the bundle's files lie there until they are verified.</param>
public sealed class BundleImport(string folder, string state, TrustAnchor anchor, TimeProvider clock)
{
    private readonly string _staging = Path.Combine(state, "bundle");
    private readonly List<string> _paths = [];

    /// <summary>
    /// Codes: those of <see cref="BundleReader"/>, bundle-gap (the folder lacks entries before the bundle), bundle-foreign (nothing that is signed vouches for a file), log-rollback, log-fork,
    /// data-in-use, and the code of whatever the verification finds.
    /// </summary>
    /// <param name="progress">Told how many files are in their places.</param>
    public async Task<BundleResult> RunAsync(Stream bundle, IProgress<long>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(state);
        if (TryHoldAlone() is not { } alone)
            return Refused(new Refusal(Codes.DataInUse, $"Another import works with {state}."));
        await using (alone)
        {
            try
            {
                return await ImportAsync(bundle, progress, cancellation);
            }
            finally
            {
                Clear();
            }
        }
    }

    private async Task<BundleResult> ImportAsync(Stream bundle, IProgress<long>? progress, CancellationToken cancellation)
    {
        // Step 1: all files aside, where nobody reads them
        Clear();
        Directory.CreateDirectory(_staging);
        var (end, refusal) = await BundleReader.ReadAsync(bundle, BundleEnd.Publication, BundledPath.MostBytes, StageAsync, cancellation);
        if (end is null)
            return Refused(refusal);

        // Step 2: does it follow what is there?
        var (staged, standing) = (PublicationSource.Open(_staging), PublicationSource.Open(folder));
        var present = SignedCheckpoint.Peek(await standing.ReadAsync(SignedCheckpoint.Path, SignedNote.MaxBytes, cancellation));
        if (await RefusalOfOrderAsync(staged, end, present, cancellation) is { } disorder)
            return Refused(disorder);

        // Step 3: is everything what the authority signed, or led to by it?
        var whole = new StagedPublication(staged, standing);
        if (await new BundleCheck(whole, standing, anchor, state, clock.GetUtcNow(), cancellation).RefusalAsync(_paths) is { } unproven)
            return Refused(unproven);

        // Step 4: each file in its place, in the order of publishing
        await PlaceAsync(progress, cancellation);
        return new BundleResult(present?.Size ?? 0, end.To, _paths.Count, Refusal: null);
    }

    private async Task<Refusal?> StageAsync(string path, byte[] content)
    {
        var full = Path.Combine(_staging, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        if (File.Exists(full))
            return new Refusal(Codes.BundleMalformed, $"{path} is there twice.");
        await File.WriteAllBytesAsync(full, content);
        _paths.Add(path);
        return null;
    }

    /// <summary>By what the checkpoints say; whether it is true is asked next.</summary>
    private static async Task<Refusal?> RefusalOfOrderAsync(PublicationSource staged, BundleEnd end, Checkpoint? present, CancellationToken cancellation)
    {
        if (SignedCheckpoint.Peek(await staged.ReadAsync(SignedCheckpoint.Path, SignedNote.MaxBytes, cancellation)) is not { } next || next.Size != end.To)
            return new Refusal(Codes.BundleMalformed, "The bundle has no checkpoint of the size that it states.");
        var (size, root) = (present?.Size ?? 0, present?.Root);
        return end.From > size ? new Refusal(Codes.BundleGap, $"The bundle begins at log size {end.From}; the folder has {size}: export with --since {size} or less.")
            : next.Size < size ? new Refusal(Codes.LogRollback, $"The bundle ends at log size {next.Size}; the folder has {size} already.")
            : next.Size == size && root is not null && next.Root != root ? new Refusal(Codes.LogFork, $"At size {size} the bundle has root {next.Root}; the folder has {root}.")
            : null;
    }

    private async Task PlaceAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        var publication = new PublicationFolder(folder);
        Directory.CreateDirectory(folder);
        var placed = 0L;
        foreach (var step in _paths.GroupBy(BundledPath.Step).OrderBy(step => step.Key))
        {
            foreach (var path in step.Order(StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                publication.Write(path, await File.ReadAllBytesAsync(Path.Combine(_staging, path), cancellation));
                progress?.Report(++placed);
            }

            publication.Flush();
        }

        // C2SP tlog-tiles: partial tiles may go once the full one is there.
        foreach (var path in _paths.Where(path => path.StartsWith("log/tile/", StringComparison.Ordinal)))
            publication.DropPartials(path);
    }

    private void Clear()
    {
        if (Directory.Exists(_staging))
            Directory.Delete(_staging, recursive: true);
    }

    private FileStream? TryHoldAlone()
    {
        try
        {
            return new FileStream(Path.Combine(state, "bundle.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (Directory.Exists(state))
        {
            return null;
        }
    }

    private static BundleResult Refused(Refusal refusal) => new(0, 0, 0, refusal);
}
