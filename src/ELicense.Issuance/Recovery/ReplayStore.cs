using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Recovery;

/// <summary>
/// Writes what a publication proves into the register. A matter that the restored register still knows is finished as what it is; of every other one the publication does
/// not say who applied and who approved (<see cref="ReplayMatters"/>).
/// </summary>
internal sealed class ReplayStore(RegisterTransaction transaction, RegisterHead head, int authority) : IDisposable
{
    private readonly IssuanceStore _store = new(transaction);
    private readonly ReplayMatters _matters = new(transaction, head);
    private readonly ReplayCertificates _certificates = new(transaction, head, authority);

    /// <exception cref="PublicationRefusedException">log-fork: the register gave the same numbers to something else; unknown-entry.</exception>
    public void Take(ReplayGroup group)
    {
        switch (group.First.Entry.Kind)
        {
            case LogEntryKind.LicenseIssued:
                Issue(group, group.First.Issued!);
                break;
            case LogEntryKind.LicenseStatus:
                Change(group);
                break;
            case LogEntryKind.CertificateIssued:
                _certificates.Issue(group);
                break;
            case LogEntryKind.CertificateStatus:
                _certificates.Change(group.First);
                break;
            case LogEntryKind.AuditHead:
                Anchor(group.First);
                break;
            default:
                throw new PublicationRefusedException(new Refusal(Codes.UnknownEntry, $"Position {group.First.Position}: this register holds no entries of kind {(int)group.First.Entry.Kind}."));
        }

        head.Signing(group.First.Entry.TimeMs);
    }

    private void Issue(ReplayGroup group, PublishedLicense license)
    {
        var claims = license.Claims;
        var index = StatusIndex(group.First.Entry);
        if (claims.Number.Authority != authority)
            throw Forked(group, $"{claims.Number} is not of authority {authority}");
        if (!LicenseDocument.TryDecode(license.File.Document, out var document, out var refusal))
            throw new PublicationRefusedException(refusal);

        var versions = LicenseVersions.Find(transaction, claims.Number.Serial);
        MatterContent content = claims.Version == 1
            ? new IssuanceContent(document.Face)
            : new AmendmentContent(TypeOf(group), claims.Number, versions.Count == 0 ? throw Forked(group, $"{claims.Number} has no version before") : versions[^1].Version, document.Face, group.Entries[^1].Entry.Reason);
        var matter = Prepared(group, index, license) ?? _matters.Finish(content, claims.Office, group.First.Entry.TimeMs);
        Record(group, license, index, matter);
        Log(group.First, matter, index);
        _store.RecordStanding(index, group.First.Position, Standing.Valid);
        foreach (var superseded in group.Entries.Skip(1))
            Move(superseded, matter, versions, group);
        head.Given(claims.Number.Serial, index);
    }

    /// <summary>What was prepared before the backup was taken, and signed after it: the same bytes, or another license at the same index.</summary>
    private long? Prepared(ReplayGroup group, long index, PublishedLicense license)
    {
        using var find = new BulkStatement(transaction, "SELECT matter_id, to_be_signed FROM prepared_licenses WHERE status_index = @index", "index");
        var (matter, bytes) = find.Find(reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)), index);
        if (bytes is null)
            return null;
        if (!bytes.AsSpan().SequenceEqual(license.Token.SigStructure()))
            throw Forked(group, $"index {index} was prepared for another license");
        _matters.Done(matter, group.First.Entry.TimeMs);
        return matter;
    }

    private void Record(ReplayGroup group, PublishedLicense license, long index, long matter)
    {
        var (claims, timeMs) = (license.Claims, group.First.Entry.TimeMs);
        using var serialOf = new BulkStatement(transaction, "SELECT serial FROM licenses WHERE credit_code = @code OR serial = @serial", "code", "serial");
        var serials = serialOf.List(reader => reader.GetInt64(0), claims.CreditCode.Value, claims.Number.Serial);
        if (serials.Any(serial => serial != claims.Number.Serial))
            throw Forked(group, $"{claims.CreditCode} was given another license number");
        if (serials.Count == 0)
            Execute("INSERT INTO licenses (serial, credit_code, newest_version) VALUES (@serial, @code, 1)", new { serial = claims.Number.Serial, code = claims.CreditCode.Value });
        else if (claims.Version > 1)
            _store.PutNewest(claims);
        Execute(
            """
            INSERT INTO prepared_licenses (status_index, matter_id, serial, version, claims, to_be_signed, document, prepared_ms)
            VALUES (@index, @matter, @serial, @version, @claims, @toBeSigned, @document, @timeMs) ON CONFLICT DO NOTHING
            """,
            new
            {
                index,
                matter,
                serial = claims.Number.Serial,
                version = (long)claims.Version,
                claims = license.Token.Payload.ToArray(),
                toBeSigned = license.Token.SigStructure(),
                document = license.File.Document.ToArray(),
                timeMs,
            });
        Execute(
            "INSERT INTO signed_licenses (status_index, token, signed_ms) VALUES (@index, @token, @timeMs) ON CONFLICT DO NOTHING",
            new { index, token = license.File.Token.ToArray(), timeMs });
    }

    private void Change(ReplayGroup group)
    {
        using var find = new BulkStatement(
            transaction, "SELECT p.serial, m.office FROM prepared_licenses p JOIN matters m ON m.id = p.matter_id WHERE p.status_index = @index", "index");
        var (serial, office) = find.Find(reader => (reader.GetInt64(0), reader.GetInt64(1)), StatusIndex(group.First.Entry));
        var versions = LicenseVersions.Find(transaction, serial);
        if (versions.Count == 0)
            throw Forked(group, "it changes a license that the register does not have");
        var was = versions.First(version => version.StatusIndex == StatusIndex(group.First.Entry)).Standing;
        var type = group.First.Entry.Standing switch
        {
            Standing.Revoked => MatterType.Revocation,
            Standing.Cancelled => MatterType.Cancellation,
            Standing.Suspended => MatterType.Suspension,
            _ when was == Standing.Suspended => MatterType.Resumption,
            var standing => throw Forked(group, $"a license does not become {standing} after {was}"),
        };
        var content = new StandingContent(type, new LicenseNumber(authority, serial), versions[^1].Version, group.First.Entry.Reason);
        var matter = _matters.Finish(content, (int)office, group.First.Entry.TimeMs);
        foreach (var entry in group.Entries.Where(entry => entry.Entry.Kind == LogEntryKind.LicenseStatus))
            Move(entry, matter, versions, group);
        foreach (var entry in group.Entries.Where(entry => entry.Entry.Kind == LogEntryKind.CertificateStatus))
            _certificates.EndWithLicense(entry, matter, serial);
    }

    private void Move(PublishedEntry entry, long matter, IReadOnlyList<LicenseVersion> versions, ReplayGroup group)
    {
        var version = versions.FirstOrDefault(version => version.StatusIndex == StatusIndex(entry.Entry)) ?? throw Forked(group, "it changes a version that the register does not have");
        Log(entry, matter, version.StatusIndex);
        _store.MoveStanding(new StandingStep(version, entry.Entry.Standing, entry.Entry.Reason));
    }

    /// <summary>The entries of the trail that this head stands for are lost; no length of the trail is known, and a negative one meets no other.</summary>
    private void Anchor(PublishedEntry entry) => Execute(
        "INSERT INTO audit_anchors (position, entry, audit_size, anchored_ms) VALUES (@position, @bytes, @size, @timeMs)",
        new { position = Position(entry), bytes = entry.Bytes.ToArray(), size = -1 - entry.Position, timeMs = entry.Entry.TimeMs });

    private void Log(PublishedEntry entry, long matter, long index) => _store.RecordEntry(Position(entry), matter, index, entry.Bytes.ToArray());

    private long Position(PublishedEntry entry) => head.TakePosition(entry);

    private void Execute(string sql, object parameters) => transaction.Execute(sql, parameters);

    private static MatterType TypeOf(ReplayGroup group) =>
        Reasons.Find("renewal") is { } renewal && group.Entries[^1].Entry.Reason == renewal.Number ? MatterType.Renewal : MatterType.Amendment;

    private static long StatusIndex(LogEntry entry) => ((long)entry.List * StatusList.LicenseListLength) + entry.Index;

    private static PublicationRefusedException Forked(ReplayGroup group, string why) => group.First.Forked(why);

    public void Dispose() => _store.Dispose();
}
