using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>What is wrong in a publication and where.</summary>
/// <param name="Path">File within the publication.</param>
/// <param name="Position">Log position of the first bad entry, when one is meant.</param>
public sealed record AuditFinding(string Path, long? Position, Refusal Refusal);

/// <param name="Entries">Log size that was recomputed.</param>
/// <param name="Root">Root that the entries lead to; null when they could not all be read.</param>
/// <param name="Findings">At most <see cref="PublicationAudit.MaxFindings"/>; empty when all is well.</param>
public sealed record AuditReport(long Entries, Digest? Root, int Tiles, int Documents, int Certificates, int StatusLists, IReadOnlyList<AuditFinding> Findings);

/// <summary>log verify: recomputes tree, tiles, packs and status lists from the publication alone.</summary>
public static class PublicationAudit
{
    /// <summary>After so many findings the audit ends.</summary>
    public const int MaxFindings = 100;

    /// <param name="highWaterFolder">Folder of --state; an older or forked checkpoint is found against it, and a publication without findings raises it; null: not compared.</param>
    /// <param name="progress">Told the log position that was reached.</param>
    /// <returns>Throws an IOException or HttpRequestException when the publication cannot be reached.</returns>
    public static Task<AuditReport> RunAsync(
        PublicationSource source, TrustAnchor anchor, string? highWaterFolder, DateTimeOffset now, IProgress<long>? progress, CancellationToken cancellation) =>
        new AuditRun(source, highWaterFolder, now, progress, cancellation).RunAsync(anchor);
}

/// <summary>The findings of one audit, bounded.</summary>
internal sealed class AuditFindings
{
    private readonly List<AuditFinding> _all = [];

    public IReadOnlyList<AuditFinding> All => _all;

    public bool IsFull => _all.Count >= PublicationAudit.MaxFindings;

    public void Add(string path, long? position, Refusal refusal)
    {
        if (!IsFull)
            _all.Add(new AuditFinding(path, position, refusal));
    }
}
