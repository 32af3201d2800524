using System.Security.Cryptography;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Cryptography.Certificates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;
using SubjectNames = ELicense.Cryptography.Certificates.Profiles.SubjectNames;

namespace ELicense.Issuance.Recovery;

/// <summary>
/// Certificates and what became of them, as a publication proves it. It does not say which matter gave the right to a certificate, nor whether it was handed over: the right is that of the oldest matter of the
/// license that was not used yet, and the token may answer a new challenge.
/// </summary>
internal sealed class ReplayCertificates(RegisterTransaction transaction, RegisterHead head, int authority)
{
    private const int NonceSize = 32;

    private readonly CertificateStore _store = new(transaction);
    private readonly ReplayMatters _matters = new(transaction, head);

    /// <summary>A certificate, and its end when its license had ended before it was logged.</summary>
    public void Issue(ReplayGroup group)
    {
        var (entry, published) = (group.First.Entry, group.First);
        var der = published.Certificate!.Value;
        if (!DecodedCertificate.TryReadCertificate(der, out var decoded, out var refusal))
            throw published.Forked(refusal.ToString());
        var subject = (CertificateSubject)entry.Subject!;
        var index = Index(entry);
        var prepared = Prepared(published, index, decoded) ?? Prepare(published, index, subject, decoded);
        Execute(
            "INSERT INTO signed_certificates (certificate_index, certificate, signed_ms) VALUES (@index, @der, @timeMs)", new { index, der = der.ToArray(), timeMs = entry.TimeMs });
        var position = Log(published, prepared, index);
        Execute(
            "INSERT INTO certificate_standings (certificate_index, issued_at_position, standing, reason, changed_ms) VALUES (@index, @position, 0, 0, @timeMs)",
            new { index, position, timeMs = entry.TimeMs });
        head.GivenCertificate(index);
        foreach (var ended in group.Entries.Skip(1))
            Move(ended, Find(ended), prepared);
    }

    /// <summary>A loss report, its end, or a replacement.</summary>
    public void Change(PublishedEntry entry)
    {
        var (certificate, timeMs, reason) = (Find(entry), entry.Entry.TimeMs, entry.Entry.Reason);
        long matter;
        if (reason == CertificateReasons.LossReported.Number)
        {
            matter = _matters.Submit(About(certificate, MatterType.LossReport), Office(certificate.LicenseSerial), timeMs);
        }
        else if (reason == CertificateReasons.LossReportEnded.Number || reason == CertificateReasons.LossConfirmed.Number)
        {
            matter = _matters.FindReport(certificate) is var report and not 0 ? report : throw entry.Forked("nobody reported the certificate lost");
            if (reason == CertificateReasons.LossConfirmed.Number)
                _matters.Done(matter, timeMs);
            else
                _matters.Lapse(matter, timeMs);
        }
        else if (reason == CertificateReasons.Replaced.Number)
        {
            matter = Replaced(certificate, timeMs);
        }
        else
        {
            throw entry.Forked($"a certificate does not become {entry.Entry.Standing} by itself for the reason {reason}");
        }

        Move(entry, certificate, matter);
    }

    /// <summary>With the revocation or cancellation of its license.</summary>
    public void EndWithLicense(PublishedEntry entry, long matter, long licenseSerial)
    {
        var certificate = Find(entry);
        if (certificate.LicenseSerial != licenseSerial)
            throw entry.Forked("it ends with another license than its own");
        Move(entry, certificate, matter);
    }

    private void Move(PublishedEntry entry, CertificateStanding certificate, long matter)
    {
        Log(entry, matter, certificate.CertificateIndex);
        _store.MoveStanding(certificate.CertificateIndex, entry.Entry.Standing, entry.Entry.Reason, entry.Entry.TimeMs);
    }

    private long Log(PublishedEntry entry, long matter, long index)
    {
        var position = head.TakePosition(entry);
        _store.RecordEntry(position, matter, index, entry.Bytes.ToArray());
        return position;
    }

    /// <returns>The matter of what was prepared before the backup was taken, and signed after it; null: nothing was.</returns>
    private long? Prepared(PublishedEntry entry, long index, DecodedCertificate decoded)
    {
        using var find = new BulkStatement(transaction, "SELECT matter_id, to_be_signed FROM prepared_certificates WHERE certificate_index = @index", "index");
        var (matter, bytes) = find.Find(reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)), index);
        if (bytes is null)
            return null;
        return bytes.AsSpan().SequenceEqual(decoded.ToBeSigned.Span) ? matter : throw entry.Forked($"index {index} was prepared for another certificate");
    }

    private long Prepare(PublishedEntry entry, long index, CertificateSubject subject, DecodedCertificate decoded)
    {
        var identifier = decoded.Subject.Find(X509Oids.OrganizationIdentifier) ?? "";
        using var license = new BulkStatement(transaction, "SELECT serial FROM licenses WHERE credit_code = @code", "code");
        var serial = license.Find(reader => reader.GetInt64(0), identifier.Replace(SubjectNames.OrganizationIdentifierPrefix, "", StringComparison.Ordinal));
        if (serial == 0)
            throw entry.Forked($"{identifier} has no license");
        var matter = UnusedRight(serial, entry);
        Execute(
            """
            INSERT INTO prepared_certificates (certificate_index, matter_id, license_serial, issuer, serial, key_hash, key_made_at_counter, to_be_signed, challenge, prepared_ms)
            VALUES (@index, @matter, @license, @issuer, @serial, @hash, @atCounter, @toBeSigned, @nonce, @timeMs)
            """,
            new
            {
                index,
                matter,
                license = serial,
                issuer = subject.Issuer.ToString(),
                serial = subject.SerialHex,
                hash = Core.Digest.Of(decoded.SubjectPublicKeyInfo.Span).ToArray(),
                atCounter = decoded.Find(X509Oids.CertificatePolicies) is null ? 0L : 1L,
                toBeSigned = decoded.ToBeSigned.ToArray(),
                nonce = RandomNumberGenerator.GetBytes(NonceSize),
                timeMs = entry.Entry.TimeMs,
            });
        return matter;
    }

    /// <summary>The oldest issuance, amendment, renewal or replacement of the license without a certificate; else the replacement of one that was revoked, which leaves no entry.</summary>
    private long UnusedRight(long licenseSerial, PublishedEntry entry)
    {
        using var find = new BulkStatement(
            transaction,
            """
            SELECT m.id FROM matters m LEFT JOIN prepared_licenses p ON p.matter_id = m.id
            WHERE m.state = 3 AND (p.serial = @license OR (m.type = 10 AND m.serial = @license))
                AND NOT EXISTS (SELECT 1 FROM prepared_certificates c WHERE c.matter_id = m.id)
            ORDER BY m.id LIMIT 1
            """,
            "license");
        if (find.Find(reader => reader.GetInt64(0), licenseSerial) is var unused and not 0)
            return unused;
        var revoked = _store.FindStandings(licenseSerial).FirstOrDefault(one => one.Standing == Standing.Revoked && !_store.IsReplaced(one.CertificateIndex));
        return revoked is null ? throw entry.Forked("no matter gives the right to it") : Replaced(revoked, entry.Entry.TimeMs);
    }

    private long Replaced(CertificateStanding certificate, long timeMs)
    {
        var matter = _matters.Finish(About(certificate, MatterType.Replacement), Office(certificate.LicenseSerial), timeMs);
        _store.RecordReplacement(certificate.CertificateIndex, matter);
        return matter;
    }

    private CertificateContent About(CertificateStanding certificate, MatterType type)
    {
        var version = transaction.Find<long>("SELECT newest_version FROM licenses WHERE serial = @serial", new { serial = certificate.LicenseSerial });
        return CertificateContent.TryCreate(type, new LicenseNumber(authority, certificate.LicenseSerial), (int)version, certificate.Issuer, certificate.Serial.Hex, out var content, out var refusal)
            ? content
            : throw new InvalidDataException(refusal.ToString());
    }

    /// <summary>Of the newest version.</summary>
    private int Office(long licenseSerial) => (int)transaction.Find<long>(
        "SELECT m.office FROM prepared_licenses p JOIN licenses l ON l.serial = p.serial AND l.newest_version = p.version JOIN matters m ON m.id = p.matter_id WHERE l.serial = @licenseSerial",
        new { licenseSerial });

    private CertificateStanding Find(PublishedEntry entry)
    {
        var subject = (CertificateSubject)entry.Entry.Subject!;
        return _store.FindStanding(subject.Issuer, subject.SerialHex) is { } found && found.CertificateIndex == Index(entry.Entry)
            ? found
            : throw entry.Forked("it changes a certificate that the register does not have");
    }

    private void Execute(string sql, object parameters) => transaction.Execute(sql, parameters);

    private static long Index(LogEntry entry) => ((long)entry.List * StatusList.CertificateListLength) + entry.Index;
}
