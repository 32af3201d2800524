using ELicense.Core;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Recovery;

/// <summary>
/// The matters behind replayed entries. The publication does not say who applied and who approved, and the register says that (<see cref="UnknownApplicant"/>, <see cref="UnknownApprover"/>: no
/// staff number has such characters).
/// </summary>
internal sealed class ReplayMatters(RegisterTransaction transaction, RegisterHead head)
{
    public const string UnknownApplicant = "(unknown applicant)";
    public const string UnknownApprover = "(unknown approver)";

    /// <summary>The matter that asked for this: an open one of the same content, or one that the register has lost.</summary>
    public long Finish(MatterContent content, int office, long timeMs)
    {
        var bytes = content.Encode(office);
        var hash = Digest.Of(bytes).ToArray();
        var open = transaction.Find<long>("SELECT id FROM matters WHERE phase = 0 AND content_hash = @hash", new { hash });
        if (open != 0)
        {
            Done(open, timeMs);
            return open;
        }

        var id = head.TakeMatter();
        transaction.Execute(
            """
            INSERT INTO matters (id, type, state, office, credit_code, serial, content, content_hash, applicant, applied_ms, approver, approved_ms, finished_ms)
            VALUES (@id, @type, 3, @office, @code, @serial, @bytes, @hash, @applicant, @timeMs, @approver, @timeMs, @timeMs)
            """,
            new
            {
                id,
                type = (long)content.Type,
                office = (long)office,
                code = (content as FaceContent)?.Face.CreditCode.Value,
                serial = content.License?.Serial,
                bytes,
                hash,
                applicant = UnknownApplicant,
                timeMs,
                approver = UnknownApprover,
            });
        return id;
    }

    public void Done(long matter, long timeMs) => transaction.Execute(
        """
        UPDATE matters SET state = 3, finished_ms = @timeMs, approver = coalesce(approver, @approver), approved_ms = coalesce(approved_ms, @timeMs)
        WHERE id = @matter AND phase = 0
        """,
        new { matter, timeMs, approver = UnknownApprover });

    /// <summary>A loss report in force: submitted, and not yet decided on. It lapses or is confirmed as any other.</summary>
    public long Submit(CertificateContent report, int office, long timeMs)
    {
        var bytes = report.Encode(office);
        var hash = Digest.Of(bytes).ToArray();
        // A draft, or one that was returned.
        var id = transaction.Find<long>("SELECT id FROM matters WHERE state IN (5, 6) AND content_hash = @hash", new { hash });
        if (id != 0)
        {
            transaction.Execute("UPDATE matters SET state = 1, applied_ms = @timeMs WHERE id = @id", new { id, timeMs });
            return id;
        }

        id = head.TakeMatter();
        transaction.Execute(
            """
            INSERT INTO matters (id, type, state, office, serial, content, content_hash, applicant, applied_ms)
            VALUES (@id, @type, 1, @office, @serial, @bytes, @hash, @applicant, @timeMs)
            """,
            new { id, type = (long)report.Type, office = (long)office, serial = report.Number.Serial, bytes, hash, applicant = UnknownApplicant, timeMs });
        return id;
    }

    /// <returns>The loss report in force of a certificate; 0: none.</returns>
    public long FindReport(CertificateStanding certificate)
    {
        using var find = new BulkStatement(
            transaction, $"SELECT {MatterRow.Columns} FROM matters WHERE serial = @serial AND type = 9 AND state IN (1, 2) ORDER BY id", "serial");
        return find.List(MatterRow.Read, certificate.LicenseSerial)
            .FirstOrDefault(row => row.ToMatter().Content is CertificateContent report && report.Issuer == certificate.Issuer && report.SerialHex == certificate.Serial.Hex)?.Id ?? 0;
    }

    /// <summary>A loss report ended without confirmation; whether it was returned, rejected or lapsed the publication does not say.</summary>
    public void Lapse(long matter, long timeMs) =>
        transaction.Execute("UPDATE matters SET state = 8, finished_ms = @timeMs, approver = NULL, approved_ms = NULL WHERE id = @matter AND state IN (1, 2)", new { matter, timeMs });
}

/// <summary>What every replayed entry asks.</summary>
internal static class ReplayedEntries
{
    /// <summary>The register's next position, which is the entry's.</summary>
    public static long TakePosition(this RegisterHead head, PublishedEntry entry) => head.TakePosition() == entry.Position
        ? entry.Position
        : throw new InvalidOperationException($"Position {entry.Position} is not the register's next.");

    public static PublicationRefusedException Forked(this PublishedEntry entry, string why) => new(new Refusal(
        Codes.LogFork, $"Position {entry.Position} ({entry.Entry.Subject}): {why}. The restored register was worked on after it was restored: restore it once more."));
}
