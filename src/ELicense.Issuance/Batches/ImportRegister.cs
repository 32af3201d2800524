using System.Globalization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Issuance.Import;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;

namespace ELicense.Issuance.Batches;

/// <summary>Reads a register (CSV) into the rows of a batch, a chunk at a time: each becomes a matter, or is what is there already, or is rejected.</summary>
internal sealed class ImportRegister(LicensingAuthority authority, AuthoritySettings settings, BatchStore store, Officer applicant, BatchHead batch)
{
    /// <summary>Twice what is signed together: applying asks no token, and what a commit and a statement cost is shared by more rows.</summary>
    private readonly int _chunkSize = 2 * settings.ChunkSize;

    private readonly string _officeName = settings.Offices[applicant.Office].Chinese;

    // Of the day on which the batch was opened: a reading that is taken up later makes the same contents.
    private readonly DateOnly _approvedOn = ChinaTime.Today(batch.AppliedAt);

    private MerkleFrontier? _tree = new();

    /// <summary>What all rows came to; null when a part of them was stored by another reading, and has to be looked up.</summary>
    public BatchContent? Content => _tree is { } tree ? new BatchContent(tree.Root, new Dictionary<MatterState, long> { [MatterState.Applied] = tree.Size }) : null;

    /// <summary>While the register takes a chunk, the next one is read and its faces are judged.</summary>
    /// <returns>The file's refusal; null when all rows are stored.</returns>
    public Refusal? Run(Stream csv, IProgress<long>? progress, CancellationToken cancellation)
    {
        var stored = store.LastRow(batch.Id);
        if (stored > 0)
            _tree = null;
        foreach (var chunk in ReadAhead.Of(RegisterCsv.Read(csv).Where(row => row.Row == 0 || row.Row > stored).Chunk(_chunkSize).Select(Read)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (chunk.Unreadable is { } unreadable)
                return unreadable;
            Apply(chunk);
            progress?.Report(chunk.LastRow);
        }

        return null;
    }

    private ReadChunk Read(RegisterRow[] rows)
    {
        var rejected = new List<JudgedRow>();
        var candidates = new List<(RegisterRow Row, Application Application)>(rows.Length);
        foreach (var row in rows)
        {
            if (row.Draft is null)
                rejected.Add(Rejected(row, row.Refusal!.Value));
            else if (Face.TryCreate(row.Draft, _officeName, _approvedOn, out var face, out var refusal))
                candidates.Add((row, Application.Of(new IssuanceContent(face), applicant.Office)));
            else
                rejected.Add(Rejected(row, refusal));
        }

        return new ReadChunk(rows[0].Row == 0 ? rows[0].Refusal : null, rows[^1].Row, rejected, candidates);
    }

    private void Apply(ReadChunk chunk)
    {
        var isStored = false;
        IReadOnlyList<Digest>? contents = null;
        var applied = authority.ApplyTogether(applicant, chunk.Candidates.ConvertAll(candidate => candidate.Application), (transaction, results) =>
        {
            // What has to be compared with a license first is stored afterwards.
            isStored = !results.Any(result => result.Refusal is { Code: Codes.AlreadyLicensed });
            if (isStored)
                contents = BatchStore.Add(transaction, batch.Id, Judge(chunk, results));
        });
        if (!isStored)
            contents = store.Add(batch.Id, Judge(chunk, applied));
        if (contents is null)
            _tree = null;
        foreach (var content in contents ?? [])
            _tree?.Append(MerkleTree.Leaf(content.Span));
    }

    private IReadOnlyList<JudgedRow> Judge(ReadChunk chunk, IReadOnlyList<ApplyResult> applied) =>
        [.. chunk.Rejected, .. chunk.Candidates.Select((candidate, i) => Judge(candidate.Row, candidate.Application, applied[i]))];

    private JudgedRow Judge(RegisterRow row, Application application, ApplyResult applied)
    {
        var code = ((FaceContent)application.Content).Face.CreditCode;
        if (applied.Matter is { } matter)
            return new JudgedRow(row.Row, RowOutcome.New, code.Value, matter, null);
        return applied.Refusal is { Code: Codes.AlreadyLicensed } && authority.FindLicense(code) is { } license
            ? Compare(row, code, license)
            : Rejected(row, applied.Refusal!.Value);
    }

    /// <summary>A row whose face is the licensed one, but for the day of approval, asks for nothing.</summary>
    private JudgedRow Compare(RegisterRow row, CreditCode code, RegisteredLicense license)
    {
        if (license.Office != applicant.Office)
            return Rejected(row, new Refusal(Codes.OfficeDiffers, $"License {license.Newest.Number} belongs to office {license.Office}; an import changes those of the importing officer's own."));
        if (!LicenseDocument.TryDecode(license.Newest.Document, out var document, out var refusal))
            return Rejected(row, refusal);
        var sameDay = row.Draft! with { ApprovedOn = document.Face.ApprovedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };
        if (Face.TryCreate(sameDay, _officeName, _approvedOn, out var compared, out _) && compared.Encode().AsSpan().SequenceEqual(document.Face.Encode()))
            return new JudgedRow(row.Row, RowOutcome.Unchanged, code.Value, null, null);
        if (!Face.TryCreate(row.Draft!, _officeName, _approvedOn, out var face, out refusal))
            return Rejected(row, refusal);
        var amendment = new AmendmentContent(MatterType.Amendment, license.Newest.Number, license.Newest.Version, face);
        return authority.TryApply(applicant, amendment, out var matter, out refusal)
            ? new JudgedRow(row.Row, RowOutcome.Changed, code.Value, matter, null)
            : Rejected(row, refusal);
    }

    private static JudgedRow Rejected(RegisterRow row, Refusal refusal) => new(row.Row, RowOutcome.Rejected, row.Draft?.Uscc, null, refusal);

    /// <param name="Unreadable">Of the whole file.</param>
    private sealed record ReadChunk(Refusal? Unreadable, long LastRow, List<JudgedRow> Rejected, List<(RegisterRow Row, Application Application)> Candidates);
}
