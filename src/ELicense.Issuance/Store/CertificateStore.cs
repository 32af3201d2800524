using System.Data.Common;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Cryptography.Certificates;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;

namespace ELicense.Issuance.Store;

/// <summary>A certificate's place in the lists, its name in the log, and what the log's newest entry says of it.</summary>
internal sealed record CertificateStanding(long CertificateIndex, KeyId Issuer, SerialNumber Serial, long LicenseSerial, Standing Standing)
{
    public LogEntry ToEntry(LogEntryKind kind, long timeMs, Standing standing, int reason, Digest? digest)
    {
        var (list, index) = Math.DivRem(CertificateIndex, StatusList.CertificateListLength);
        return new LogEntry(kind, timeMs, new CertificateSubject(Issuer, Serial.Hex), (int)list, (int)index, standing, reason, digest);
    }
}

/// <summary>The statements of certificates; one at a time, as they are asked for at a counter.</summary>
internal sealed class CertificateStore(RegisterTransaction transaction)
{
    private const string PreparedColumns =
        """
        SELECT p.certificate_index, p.matter_id, p.license_serial, p.issuer, p.key_hash, p.key_made_at_counter, p.to_be_signed, p.challenge, s.certificate_index
        FROM prepared_certificates p LEFT JOIN signed_certificates s ON s.certificate_index = p.certificate_index
        """;

    private const string StandingColumns =
        """
        SELECT p.certificate_index, p.issuer, p.serial, p.license_serial, s.standing
        FROM prepared_certificates p JOIN certificate_standings s ON s.certificate_index = p.certificate_index
        """;

    private const string CertificateColumns =
        """
        SELECT p.certificate_index, p.issuer, p.serial, p.license_serial, p.matter_id, s.issued_at_position, s.standing, s.reason, s.changed_ms, p.key_made_at_counter,
            h.handed_over_ms, c.certificate, p.challenge
        FROM prepared_certificates p JOIN certificate_standings s ON s.certificate_index = p.certificate_index
        JOIN signed_certificates c ON c.certificate_index = p.certificate_index LEFT JOIN certificate_handovers h ON h.certificate_index = p.certificate_index
        """;

    public PreparedCertificateRow? FindPrepared(long matterId)
    {
        using var find = new BulkStatement(transaction, PreparedColumns + "\nWHERE p.matter_id = @matter", "matter");
        return find.Find(ReadPrepared, matterId);
    }

    /// <summary>Matters whose certificates were prepared and are not in the log.</summary>
    public IReadOnlyList<long> FindPending()
    {
        using var find = new BulkStatement(
            transaction,
            "SELECT matter_id FROM prepared_certificates p WHERE NOT EXISTS (SELECT 1 FROM signed_certificates s WHERE s.certificate_index = p.certificate_index) ORDER BY certificate_index");
        return find.List(reader => reader.GetInt64(0));
    }

    /// <summary>Whether a certificate was ever prepared for the key.</summary>
    public bool IsCertified(Digest keyHash)
    {
        using var find = new BulkStatement(transaction, "SELECT 1 FROM prepared_certificates WHERE key_hash = @hash", "hash");
        return find.Find(_ => true, keyHash.ToArray());
    }

    /// <returns>The last index that was given below this one, and whose it is; (-1, default) when there is none.</returns>
    public (long CertificateIndex, KeyId Issuer) FindLastBefore(long certificateIndex)
    {
        using var find = new BulkStatement(
            transaction, "SELECT certificate_index, issuer FROM prepared_certificates WHERE certificate_index < @index ORDER BY certificate_index DESC LIMIT 1", "index");
        return find.List(reader => (reader.GetInt64(0), Kid(reader.GetString(1))), certificateIndex) is [var last] ? last : (-1, default);
    }

    /// <returns>The serial of the license whose version the matter made; 0: none.</returns>
    public long FindLicenseMadeBy(long matterId)
    {
        using var find = new BulkStatement(transaction, "SELECT serial FROM prepared_licenses WHERE matter_id = @matter", "matter");
        return find.Find(reader => reader.GetInt64(0), matterId);
    }

    public void RecordPrepared(PreparedCertificate prepared, long nowMs) => transaction.Execute(
        """
        INSERT INTO prepared_certificates (certificate_index, matter_id, license_serial, issuer, serial, key_hash, key_made_at_counter, to_be_signed, challenge, prepared_ms)
        VALUES (@CertificateIndex, @MatterId, @LicenseSerial, @issuer, @serial, @hash, @atCounter, @toBeSigned, @Nonce, @nowMs)
        """,
        new
        {
            prepared.CertificateIndex,
            prepared.MatterId,
            prepared.LicenseSerial,
            issuer = prepared.Issuer.Kid.ToString(),
            serial = prepared.Linted.Serial.Hex,
            hash = prepared.KeyHash.ToArray(),
            atCounter = prepared.KeyMadeAtCounter ? 1L : 0L,
            toBeSigned = prepared.Linted.ToBeSigned.ToArray(),
            prepared.Nonce,
            nowMs,
        });

    /// <summary>Signature, entry and standing of one that was prepared.</summary>
    /// <returns>As it stands from now on.</returns>
    public CertificateStanding RecordIssued(PreparedCertificate prepared, byte[] der, long position, long timeMs)
    {
        var issued = new CertificateStanding(prepared.CertificateIndex, prepared.Issuer.Kid, prepared.Linted.Serial, prepared.LicenseSerial, Standing.Valid);
        transaction.Execute(
            "INSERT INTO signed_certificates (certificate_index, certificate, signed_ms) VALUES (@CertificateIndex, @der, @timeMs)", new { prepared.CertificateIndex, der, timeMs });
        RecordEntry(position, prepared.MatterId, prepared.CertificateIndex, issued.ToEntry(LogEntryKind.CertificateIssued, timeMs, Standing.Valid, 0, Digest.Of(der)).Encode());
        transaction.Execute(
            """
            INSERT INTO certificate_standings (certificate_index, issued_at_position, standing, reason, changed_ms)
            VALUES (@CertificateIndex, @position, @standing, 0, @timeMs)
            """,
            new { prepared.CertificateIndex, position, standing = (long)Standing.Valid, timeMs });
        return issued;
    }

    public void RecordEntry(long position, long matterId, long certificateIndex, byte[] entry) => transaction.Execute(
        "INSERT INTO certificate_entries (position, matter_id, certificate_index, entry) VALUES (@position, @matterId, @certificateIndex, @entry)",
        new { position, matterId, certificateIndex, entry });

    public void MoveStanding(long certificateIndex, Standing standing, int reason, long timeMs) => transaction.Execute(
        "UPDATE certificate_standings SET standing = @standing, reason = @reason, changed_ms = @timeMs WHERE certificate_index = @certificateIndex",
        new { certificateIndex, standing = (long)standing, reason = (long)reason, timeMs });

    public void RecordReplacement(long certificateIndex, long matterId) => transaction.Execute(
        "INSERT INTO certificate_replacements (certificate_index, matter_id) VALUES (@certificateIndex, @matterId)", new { certificateIndex, matterId });

    public bool IsReplaced(long certificateIndex)
    {
        using var find = new BulkStatement(transaction, "SELECT 1 FROM certificate_replacements WHERE certificate_index = @index", "index");
        return find.Find(_ => true, certificateIndex);
    }

    /// <returns>Of the newest version.</returns>
    public Standing FindLicenseStanding(long licenseSerial) => LicenseVersions.Find(transaction, licenseSerial)[^1].Standing;

    public void RecordHandover(long certificateIndex, string officer, long nowMs) => transaction.Execute(
        "INSERT INTO certificate_handovers (certificate_index, officer, handed_over_ms) VALUES (@certificateIndex, @officer, @nowMs)", new { certificateIndex, officer, nowMs });

    /// <summary>All logged certificates of a license, oldest first.</summary>
    public IReadOnlyList<CertificateStanding> FindStandings(long licenseSerial)
    {
        using var find = new BulkStatement(transaction, StandingColumns + "\nWHERE p.license_serial = @license ORDER BY p.certificate_index", "license");
        return find.List(ReadStanding, licenseSerial);
    }

    public CertificateStanding? FindStanding(KeyId issuer, string serial)
    {
        using var find = new BulkStatement(transaction, StandingColumns + "\nWHERE p.issuer = @issuer AND p.serial = @serial", "issuer", "serial");
        return find.Find(ReadStanding, issuer.ToString(), serial);
    }

    public IReadOnlyList<EnterpriseCertificate> FindCertificates(long licenseSerial, int authority)
    {
        using var find = new BulkStatement(transaction, CertificateColumns + "\nWHERE p.license_serial = @license ORDER BY p.certificate_index", "license");
        return find.List(reader => ReadCertificate(reader, authority), licenseSerial);
    }

    public EnterpriseCertificate? FindCertificate(long matterId, int authority)
    {
        using var find = new BulkStatement(transaction, CertificateColumns + "\nWHERE p.matter_id = @matter", "matter");
        return find.Find(reader => ReadCertificate(reader, authority), matterId);
    }

    /// <param name="keyHash">SHA-256 of the SubjectPublicKeyInfo: there is one certificate for a key.</param>
    public EnterpriseCertificate? FindCertificate(Digest keyHash, int authority)
    {
        using var find = new BulkStatement(transaction, CertificateColumns + "\nWHERE p.key_hash = @hash", "hash");
        return find.Find(reader => ReadCertificate(reader, authority), keyHash.ToArray());
    }

    private static PreparedCertificateRow ReadPrepared(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Kid(reader.GetString(3)), new Digest(reader.GetFieldValue<byte[]>(4)), reader.GetInt64(5) != 0,
        reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7), !reader.IsDBNull(8));

    private static CertificateStanding ReadStanding(DbDataReader reader) => new(
        reader.GetInt64(0), Kid(reader.GetString(1)), Serial(reader.GetString(2)), reader.GetInt64(3), (Standing)reader.GetInt64(4));

    private static EnterpriseCertificate ReadCertificate(DbDataReader reader, int authority)
    {
        var (list, index) = Math.DivRem(reader.GetInt64(0), StatusList.CertificateListLength);
        var (issuer, serial) = (Kid(reader.GetString(1)), Serial(reader.GetString(2)));
        return new EnterpriseCertificate(
            issuer, serial, new LicenseNumber(authority, reader.GetInt64(3)), (int)list, (int)index, reader.GetInt64(4), reader.GetInt64(5), (Standing)reader.GetInt64(6),
            (int)reader.GetInt64(7), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)), reader.GetInt64(9) != 0,
            reader.IsDBNull(10) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(10)), reader.GetFieldValue<byte[]>(11))
        {
            Challenge = EnterpriseCertificate.ChallengeOf(issuer, serial, reader.GetFieldValue<byte[]>(12)),
        };
    }

    private static KeyId Kid(string text) => KeyId.TryParse(text, out var kid) ? kid : throw new InvalidDataException($"{text} is no identifier of a key.");

    private static SerialNumber Serial(string text) => SerialNumber.TryParse(text, out var serial) ? serial : throw new InvalidDataException($"{text} is no serial number of a certificate.");
}
