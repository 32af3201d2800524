using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>What is wrong in a publication and where.</summary>
/// <param name="Path">File within the publication.</param>
/// <param name="Position">Log position of the first bad entry, when one is meant.</param>
public sealed record AuditFinding(string Path, long? Position, Refusal Refusal);

/// <param name="Entries">Log size that was recomputed.</param>
public sealed record AuditReport(long Entries, Digest? Root, int Tiles, int Documents, int StatusLists, IReadOnlyList<AuditFinding> Findings);

/// <summary>log verify: recomputes tree, tiles, packs and status lists from the publication alone.</summary>
public static class PublicationAudit
{
    /// <param name="highWaterFolder">Folder of --state; an older or forked checkpoint is found against it; null: not compared.</param>
    public static Task<AuditReport> RunAsync(
        PublicationSource source, TrustAnchor anchor, string? highWaterFolder, DateTimeOffset now, IProgress<long>? progress, CancellationToken cancellation) => throw new NotImplementedException();
}
