namespace ELicense.Verification.Publication;

/// <summary>The seam to where a publication is read from.</summary>
public abstract class PublicationSource
{
    /// <summary>A folder (watched for changes of the checkpoint) or an HTTP address of /publication/.</summary>
    /// <param name="client">For HTTP only, kept by the caller; without it one that follows no redirects is made.</param>
    public static PublicationSource Open(string folderOrUrl, HttpClient? client = null)
    {
        if (Uri.TryCreate(folderOrUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return new HttpPublication(address, client);
        return new FolderPublication(folderOrUrl);
    }

    /// <summary>For logs and messages.</summary>
    public abstract string Name { get; }

    /// <param name="path">Relative, with slashes, e.g. log/checkpoint.</param>
    /// <returns>Null when the file does not exist; a file above the bound is refused with an IOException.</returns>
    public abstract Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation);

    /// <summary>Completes when the checkpoint may have changed, or after the time at the latest.</summary>
    public abstract Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation);

    /// <summary>Throws on what is not a plain relative path: nothing leads out of a publication, whatever its files say.</summary>
    private protected static void RequirePlainPath(string path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (segment is "" or "." or ".." || !segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
                throw new ArgumentException("A path in a publication is made of letters, digits, dots, hyphens and underscores between slashes.", nameof(path));
        }
    }

    /// <summary>Reads to the end, but never beyond the bound.</summary>
    private protected static async Task<byte[]> ReadBoundedAsync(Stream stream, string path, int maxBytes, CancellationToken cancellation)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellation)) > 0)
        {
            if (buffer.Length + read > maxBytes)
                throw TooLarge(path, maxBytes);
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private protected static IOException TooLarge(string path, int maxBytes) => new($"{path} has more than {maxBytes} bytes.");
}
