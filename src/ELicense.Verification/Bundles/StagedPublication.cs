using System.Collections.Concurrent;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Bundles;

/// <summary>A publication as it would be with a bundle's files in their places; it knows which of those somebody has read.</summary>
/// <param name="staged">The bundle's files.</param>
/// <param name="standing">What is there without them.</param>
internal sealed class StagedPublication(PublicationSource staged, PublicationSource standing) : PublicationSource
{
    private readonly ConcurrentDictionary<string, bool> _read = new(StringComparer.Ordinal);

    public override string Name => standing.Name;

    public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        if (await staged.ReadAsync(path, maxBytes, cancellation) is not { } bytes)
            return await standing.ReadAsync(path, maxBytes, cancellation);
        _read.TryAdd(path, true);
        return bytes;
    }

    /// <summary>Whether the bundle's file of this path was read.</summary>
    public bool WasRead(string path) => _read.ContainsKey(path);

    public override Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation) => throw new NotSupportedException("A bundle does not change.");
}
