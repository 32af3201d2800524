using System.Data.Common;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Filings;

/// <summary>The statements of filings; one at a time.</summary>
internal sealed class FilingStore(RegisterTransaction transaction, int authority)
{
    private const string Columns =
        """
        SELECT f.id, f.digest, f.evidence, f.license_serial, f.office, p.issuer, p.serial, f.filed_s, f.received_ms, f.content, f.content_hash,
            s.state, s.officer, s.decided_ms, s.ground, s.refusal_code, s.refusal_detail, s.matter_id
        FROM filing_states s JOIN filings f ON f.id = s.filing_id JOIN prepared_certificates p ON p.certificate_index = f.certificate_index
        """;

    /// <summary>Whether a matter came of a filing: its content is what the enterprise filed.</summary>
    public static bool IsFiled(RegisterTransaction transaction, long matterId) =>
        transaction.Find<long>("SELECT count(*) FROM filing_states WHERE matter_id = @matterId", new { matterId }) > 0;

    /// <summary>The matter has come to an end, or was returned: the answer to the filing that it came of, if any, is to be published.</summary>
    public static void Decided(RegisterTransaction transaction, long matterId)
    {
        if (IsFiled(transaction, matterId))
            transaction.Publishes();
    }

    public bool IsKnown(Digest file) => transaction.Find<long>("SELECT count(*) FROM filings WHERE digest = @digest", new { digest = file.ToArray() }) > 0;

    public bool IsRepeated(LicenseNumber license, ReadOnlyMemory<byte> nonce) => transaction.Find<long>(
        "SELECT count(*) FROM filings WHERE license_serial = @Serial AND nonce = @nonce", new { license.Serial, nonce = nonce.ToArray() }) > 0;

    /// <summary>Filings with a certificate that came in since the instant.</summary>
    public long Count(long certificateIndex, DateTimeOffset since) => transaction.Find<long>(
        "SELECT count(*) FROM filings WHERE certificate_index = @certificateIndex AND received_ms > @since", new { certificateIndex, since = since.ToUnixTimeMilliseconds() });

    /// <summary>Where the newest version of a license was applied for.</summary>
    public int OfficeOf(LicenseNumber license) => (int)transaction.Find<long>(
        """
        SELECT m.office FROM licenses l JOIN prepared_licenses p ON p.serial = l.serial AND p.version = l.newest_version JOIN matters m ON m.id = p.matter_id
        WHERE l.serial = @Serial
        """,
        new { license.Serial });

    /// <param name="refusal">Null: it waits for an officer, and <paramref name="content"/> is there.</param>
    /// <returns>Its number.</returns>
    public long Insert(FilingProof proof, EnterpriseCertificate certificate, Digest digest, byte[] file, int office, MatterContent? content, Refusal? refusal, DateTimeOffset now)
    {
        if (refusal is not null)
            transaction.Publishes();
        var id = transaction.Find<long>("SELECT coalesce(max(id), 0) + 1 FROM filings");
        var bytes = refusal is null ? content!.Encode(office) : null;
        transaction.Execute(
            """
            INSERT INTO filings (id, digest, license_serial, nonce, office, evidence, certificate_index, filed_s, received_ms, content, content_hash, file)
            VALUES (@id, @digest, @license, @nonce, @office, @evidence, @CertificateIndex, @filed, @now, @bytes, @hash, @file)
            """,
            new
            {
                id,
                digest = digest.ToArray(),
                license = certificate.License.Serial,
                nonce = proof.Filing.Nonce.ToArray(),
                office = (long)office,
                evidence = (long)proof.Evidence,
                certificate.CertificateIndex,
                filed = proof.Filing.IssuedAt,
                now = now.ToUnixTimeMilliseconds(),
                bytes,
                hash = bytes is null ? null : Digest.Of(bytes).ToArray(),
                file = bytes is null ? null : file,
            });
        transaction.Execute(
            "INSERT INTO filing_states (filing_id, state, decided_ms, refusal_code, refusal_detail) VALUES (@id, @state, @decided, @code, @detail)",
            new
            {
                id,
                state = (long)(refusal is null ? FiledState.Filed : FiledState.Refused),
                decided = refusal is null ? (long?)null : now.ToUnixTimeMilliseconds(),
                code = refusal?.Code,
                detail = refusal?.Detail,
            });
        return id;
    }

    public FiledMatter? Find(long id)
    {
        using var find = new BulkStatement(transaction, Columns + "\nWHERE s.filing_id = @id", "id");
        return find.Find(Read, id);
    }

    public IReadOnlyList<FiledMatter> List(FiledState state, IReadOnlyList<int> offices, long after, int limit)
    {
        using var find = new BulkStatement(
            transaction, $"{Columns}\nWHERE s.state = @state AND s.filing_id > @after AND {transaction.Dialect.Among("f.office")} ORDER BY s.filing_id LIMIT @limit",
            "state", "after", "keys", "limit");
        return find.List(Read, (long)state, after, transaction.Dialect.Keys([.. offices.Select(office => (long)office)]), (long)limit);
    }

    public void Decide(long id, FiledState to, string officer, string? ground, DateTimeOffset now)
    {
        transaction.Publishes();
        transaction.Execute(
            "UPDATE filing_states SET state = @to, officer = @officer, ground = @ground, decided_ms = @now WHERE filing_id = @id",
            new { id, to = (long)to, officer, ground, now = now.ToUnixTimeMilliseconds() });
    }

    /// <returns>False when it was not accepted any more.</returns>
    public bool TrySubmit(long id, long matterId)
    {
        transaction.Publishes();
        return transaction.Execute("UPDATE filing_states SET state = 5, matter_id = @matterId WHERE filing_id = @id AND state = 2", new { id, matterId }) == 1;
    }

    private FiledMatter Read(DbDataReader reader)
    {
        MatterContent? content = null;
        if (!reader.IsDBNull(9) && !MatterContent.TryDecode(reader.GetFieldValue<byte[]>(9), out content, out _, out var refusal))
            throw new InvalidDataException($"Filing {reader.GetInt64(0)}: {refusal}");
        return new FiledMatter(
            reader.GetInt64(0), new Digest(reader.GetFieldValue<byte[]>(1)), (FilingEvidence)reader.GetInt64(2), new LicenseNumber(authority, reader.GetInt64(3)), (int)reader.GetInt64(4),
            KeyId.TryParse(reader.GetString(5), out var issuer) ? issuer : throw new InvalidDataException($"Filing {reader.GetInt64(0)}: issuer of its certificate."), reader.GetString(6),
            DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(7)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)), content,
            reader.IsDBNull(10) ? null : new Digest(reader.GetFieldValue<byte[]>(10)), (FiledState)reader.GetInt64(11), Text(12),
            reader.IsDBNull(13) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(13)), Text(14),
            Text(15) is { } code ? new Refusal(code, Text(16) ?? "") : null, reader.IsDBNull(17) ? null : reader.GetInt64(17));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
