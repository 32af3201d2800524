using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Filings;

/// <summary>
/// What writes that were cut off left in an inbox, whose files are named by their SHA-256: an unfinished file, or one that is not what its name says. Whoever wrote it writes it anew from what it
/// keeps. Everything else in the folder is left alone, whole filings whatever their age.
/// </summary>
public static class InboxLeftovers
{
    /// <summary>Nobody writes one filing, of 80 KiB at most, for so long.</summary>
    public static readonly TimeSpan OldEnough = TimeSpan.FromHours(24);

    /// <returns>How many were removed.</returns>
    public static int Remove(string inbox, DateTimeOffset now) =>
        Directory.Exists(inbox) ? new DirectoryInfo(inbox).EnumerateFiles().Count(file => TryRemove(file, now)) : 0;

    private static bool TryRemove(FileInfo file, DateTimeOffset now)
    {
        var isUnfinished = file.Name.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal);
        var name = isUnfinished ? file.Name[..^WholeFile.Unfinished.Length] : file.Name;
        if (!Digest.TryParseHex(name, out var digest) || digest.ToString() != name)
            return false;
        try
        {
            if (file.LinkTarget is not null || file.Length > Filing.MaxBytes || now.UtcDateTime - file.LastWriteTimeUtc < OldEnough)
                return false;
            // Excludes whoever writes it (flock), and nobody begins to before it is gone.
            using var alone = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None);
            if (!isUnfinished && Digest.Of(ReadAll(alone)) == digest)
                return false;
            file.Delete();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, gone meanwhile, or another user's.
            return false;
        }
    }

    private static byte[] ReadAll(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
