using System.Diagnostics;

namespace ELicense.Verification.Publication;

/// <summary>A publication in a folder. The publisher replaces files by renaming, so a file that was opened is read whole.</summary>
internal sealed class FolderPublication(string folder) : PublicationSource
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private readonly string _root = Path.GetFullPath(folder);
    private (DateTime Written, long Length) _seen;

    public override string Name => _root;

    public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        RequirePlainPath(path);
        var file = Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));
        // Noted before reading: a checkpoint that comes meanwhile is noticed by the next look.
        if (path == SignedCheckpoint.Path)
            _seen = Stamp();
        try
        {
            // A pipe that nobody writes to would be opened for ever; it has no length, and no file of a publication is empty.
            if (new FileInfo(file) is { Exists: true, Length: 0 })
                return [];
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            if (stream.Length > maxBytes)
                throw TooLarge(path, maxBytes);
            return await ReadBoundedAsync(stream, path, maxBytes, cancellation);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public override async Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        // Not the time of day: a clock that is set meanwhile would lengthen the wait.
        var began = Stopwatch.GetTimestamp();
        while (Stamp() == _seen && Stopwatch.GetElapsedTime(began) < atMost)
            await Task.Delay(LookEvery, cancellation);
    }

    private (DateTime Written, long Length) Stamp()
    {
        var checkpoint = new FileInfo(Path.Combine(_root, "log", "checkpoint"));
        return checkpoint.Exists ? (checkpoint.LastWriteTimeUtc, checkpoint.Length) : default;
    }
}
