using ELicense.Core;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Audit;

/// <summary>What is wrong in the trail.</summary>
/// <param name="Number">The first entry that is meant; null when no entry can be named.</param>
/// <param name="Refusal">audit-changed, audit-reordered, audit-gap, audit-cut, or that of an entry that cannot be read.</param>
public sealed record TrailFinding(long? Number, Refusal Refusal);

/// <param name="Entries">Entries that were recomputed.</param>
/// <param name="Head">Hash of the last one; null for an empty trail.</param>
/// <param name="Anchors">Heads of the published log that the trail contains; null when no publication was compared.</param>
/// <param name="Findings">In the order of the trail, at most <see cref="AuditTrailCheck.MaxFindings"/>; empty when all is well.</param>
public sealed record TrailReport(long Entries, Digest? Head, long? Anchors, IReadOnlyList<TrailFinding> Findings);

/// <summary>Recomputes the audit trail from its first entry. A row whose hash is wrong is reported once; the chain is followed further from the hash that it states.</summary>
public sealed class AuditTrailCheck
{
    /// <summary>After so many findings the check ends.</summary>
    public const int MaxFindings = 100;

    private const int PageSize = 1000;

    private readonly List<TrailFinding> _findings = [];
    private readonly HashSet<Digest> _missing;
    private readonly IReadOnlyList<PublishedAuditHead>? _anchors;
    private long _count;
    private long _last;
    private Digest _hash;

    private AuditTrailCheck(IReadOnlyList<PublishedAuditHead>? anchors)
    {
        _anchors = anchors;
        _missing = [.. anchors?.Select(anchor => anchor.Hash) ?? []];
    }

    /// <param name="anchors">Heads in the published log; null: not compared.</param>
    /// <param name="progress">Told the number that was reached.</param>
    public static TrailReport Run(Register register, IReadOnlyList<PublishedAuditHead>? anchors, IProgress<long>? progress)
    {
        var check = new AuditTrailCheck(anchors);
        // Read first: the trail may grow while it is walked, but never become shorter.
        var (size, hash) = ReadHead(register);
        for (var page = AuditRow.Page(register, 0, PageSize); page.Count > 0 && check._findings.Count < MaxFindings; page = AuditRow.Page(register, page[^1].Number, PageSize))
        {
            foreach (var row in page)
                check.Meet(row, size, hash);
            progress?.Report(check._last);
        }

        check.CompareEnd(size);
        return new TrailReport(check._count, check._count == 0 ? null : check._hash, anchors is null ? null : anchors.Count - check._missing.Count, check._findings);
    }

    private static (long Size, Digest Hash) ReadHead(Register register)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, "SELECT audit_size, audit_hash FROM head");
        return find.Find(reader => (reader.GetInt64(0), reader.IsDBNull(1) ? default : new Digest(reader.GetFieldValue<byte[]>(1))));
    }

    private void Meet(AuditRow row, long headSize, Digest headHash)
    {
        var isAfterGap = row.Number != _last + 1;
        if (isAfterGap)
            Find(_last + 1, Codes.AuditGap, $"Entries {_last + 1} to {row.Number - 1} are missing.");

        var stated = row.Hash.Length == Digest.Size ? new Digest(row.Hash) : default;
        if (!AuditEntry.TryDecode(row.Entry, out var entry, out var refusal))
            Find(row.Number, refusal.Code, refusal.Detail);
        else if (entry.Number != row.Number)
            Find(row.Number, Codes.AuditReordered, $"Entry {entry.Number} stands in the place of entry {row.Number}.");
        else if (!isAfterGap && AuditEntry.Chain(_hash, row.Entry) != stated)
            Find(row.Number, Codes.AuditChanged, $"Entry {row.Number} and the entries before it do not lead to the hash that it states.");
        else if (row.Number == headSize && stated != headHash)
            Find(row.Number, Codes.AuditChanged, $"The register's head names another entry {row.Number}.");

        (_last, _hash) = (row.Number, stated);
        _count++;
        _missing.Remove(stated);
    }

    private void CompareEnd(long headSize)
    {
        if (_last < headSize)
            Find(_last + 1, Codes.AuditCut, $"The trail ends with entry {_last}; the register counts {headSize}.");
        // One finding is enough: what an anchor names is gone because of what was found already.
        if (_findings.Count == 0 && _anchors?.LastOrDefault(anchor => _missing.Contains(anchor.Hash)) is { } lost)
        {
            Find(null, Codes.AuditCut,
                $"The published log states at position {lost.Position} ({DateTimeOffset.FromUnixTimeMilliseconds(lost.TimeMs):u}) a head that the trail of {_last} entries does not contain: it was cut or written anew.");
        }
    }

    private void Find(long? number, string code, string detail)
    {
        if (_findings.Count < MaxFindings)
            _findings.Add(new TrailFinding(number, new Refusal(code, detail)));
    }
}
