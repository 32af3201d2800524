namespace ELicense.Verification.Publication;

/// <summary>The seam to where a publication is read from.</summary>
public abstract class PublicationSource
{
    /// <summary>A folder (watched for changes of the checkpoint) or an HTTP address of /publication/.</summary>
    public static PublicationSource Open(string folderOrUrl, HttpClient? client = null) => throw new NotImplementedException();

    /// <summary>For logs and messages.</summary>
    public abstract string Name { get; }

    /// <param name="path">Relative, with slashes, e.g. log/checkpoint.</param>
    /// <returns>Null when the file does not exist; a file above the bound is refused with an IOException.</returns>
    public abstract Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation);

    /// <summary>Completes when the checkpoint may have changed, or after the time at the latest.</summary>
    public abstract Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation);
}
