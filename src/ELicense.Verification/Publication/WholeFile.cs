using System.Runtime.InteropServices;

namespace ELicense.Verification.Publication;

/// <summary>Files that are replaced as a whole: a reader, and whoever looks after a crash, meets the old one or the new one.</summary>
public static partial class WholeFile
{
    /// <summary>Ends the name of a file while it is written; one that stays was cut off.</summary>
    internal const string Unfinished = ".new";

    /// <summary>On disk when it returns, under its name too: POSIX promises a renamed file only after its folder was flushed.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Replace(path, content);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>As above, with a content that is written piece by piece.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        Replace(path, write);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>As above, with a content that takes its time; a writer that fails leaves the old file.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        await using (var file = Begin(path))
        {
            await write(file);
            file.Flush(flushToDisk: true);
        }

        Finish(path);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>The content is on disk when it returns; the name is after <see cref="FlushFolder"/>, which the writer of many files calls once.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        using (var file = Begin(path))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Finish(path);
    }

    private static void Replace(string path, Action<Stream> write)
    {
        using (var file = Begin(path))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        Finish(path);
    }

    private static FileStream Begin(string path) => new(path + Unfinished, FileMode.Create, FileAccess.Write);

    private static void Finish(string path) => File.Move(path + Unfinished, path, overwrite: true);

    /// <summary>fsync of a folder: the names in it are on disk. Windows keeps them in its journal and has no such call.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, flags: 0); // O_RDONLY
        if (descriptor < 0)
            throw Failed("open", folder);
        try
        {
            if (Sync(descriptor) != 0)
                throw Failed("fsync", folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string call, string folder) =>
        new($"{call} of the folder {folder} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
