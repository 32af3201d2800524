using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Status;

namespace ELicense.Issuance.Publishing;

/// <summary>The log replayed up to a size: the right edge of its tiles, and the status lists and CRLs that its entries make.</summary>
internal sealed class ReplayedLog(AuthoritySettings settings)
{
    public LogTiles Tiles { get; } = new();

    public StatusLists Licenses { get; } = new(settings, new StatusSpace("licenses", settings.LicenseStatusBase, StatusList.LicenseListLength, settings.LicenseLists.First));

    public StatusLists Certificates { get; } = new(
        settings, new StatusSpace("certificates", settings.CertificateStatusBase, StatusList.CertificateListLength, settings.CertificateLists.First));

    public RevocationLists RevocationLists { get; } = new(settings);

    public Checkpoint Checkpoint(string origin) => new(origin, Tiles.Size, Tiles.Root);

    /// <summary>Whether the checkpoint is of this very log at its present size.</summary>
    public bool IsAt(Checkpoint? checkpoint) => checkpoint is not null && checkpoint.Size == Tiles.Size && checkpoint.Root == Tiles.Root;

    public void Append(byte[] entry, Action<string, byte[]> full)
    {
        if (!LogEntry.TryDecode(entry, out var decoded, out var refusal))
            throw new PublicationRefusedException(refusal with { Detail = $"Log entry {Tiles.Size}: {refusal.Detail}" });
        Tiles.Append(entry, full);
        if (decoded.Kind is LogEntryKind.LicenseIssued or LogEntryKind.LicenseStatus)
            Licenses.Apply(decoded);
        else if (decoded.Kind is LogEntryKind.CertificateIssued or LogEntryKind.CertificateStatus)
        {
            Certificates.Apply(decoded);
            RevocationLists.Apply(decoded);
        }
    }
}

/// <summary>Compares the register's roots with those that were signed before, each at its own size.</summary>
internal sealed class ConsistencyProof
{
    private readonly List<Checkpoint> _seen;

    /// <exception cref="PublicationRefusedException">log-rollback: something larger than the register was seen.</exception>
    public ConsistencyProof(IEnumerable<Checkpoint?> seen, long size)
    {
        _seen = [.. seen.OfType<Checkpoint>()];
        Highest = _seen.Select(checkpoint => checkpoint.Size).DefaultIfEmpty(0).Max();
        if (Highest > size)
        {
            throw new PublicationRefusedException(new Refusal(
                Codes.LogRollback,
                $"The register's log has {size} entries, but {Highest} were published: an older database was restored. Stop every authority on it, then: elicense restore replay (docs/operations.md)."));
        }
    }

    public long Highest { get; }

    /// <exception cref="PublicationRefusedException">log-fork: another root was signed at this size.</exception>
    public void Meet(long size, Func<Digest> root)
    {
        foreach (var checkpoint in _seen)
        {
            if (checkpoint.Size == size && checkpoint.Root != root())
            {
                throw new PublicationRefusedException(new Refusal(
                    Codes.LogFork, $"At size {size} the register's log has root {root()}, but {checkpoint.Root} was published: an entry was altered."));
            }
        }
    }
}
