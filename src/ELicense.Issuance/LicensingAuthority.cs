using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>The door to issuance: matters are applied for, approved by another officer, and carried out. Good for several threads.</summary>
public sealed class LicensingAuthority
{
    private readonly AuthoritySettings _settings;
    private readonly ApplyForMatters _apply;
    private readonly ApproveMatters _approve;
    private readonly CarryOutInOrder _carryOut;
    private readonly DraftMatters _draft;
    private readonly DeclineMatters _decline;
    private readonly RegisterQueries _queries;

    public LicensingAuthority(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock)
    {
        _settings = settings;
        var rules = new ApplicationRules(settings, keys.Pinned.License);
        _apply = new ApplyForMatters(register, rules, settings, clock);
        _draft = new DraftMatters(register, rules, settings, clock);
        _approve = new ApproveMatters(register, settings, clock);
        _decline = new DeclineMatters(register, settings, clock);
        _queries = new RegisterQueries(register, settings);
        _carryOut = new CarryOutInOrder(register, settings, keys, _queries, clock);
        Certificates = new EnterpriseCertificates(register, settings, keys, clock);
    }

    public EnterpriseCertificates Certificates { get; }

    /// <summary>
    /// Applies (申请). The same content again from the same person, while the first is open, is the same matter.
    /// Codes: already-licensed, duplicate-code, those of the rules; not-found, version-moved, transition-refused, reason-unknown.
    /// </summary>
    public bool TryApply(Officer applicant, MatterContent content, [NotNullWhen(true)] out Matter? matter, out Refusal refusal)
    {
        return Open(_apply.Run(applicant, [Application.Of(content, applicant.Office)])[0], out matter, out refusal);
    }

    /// <summary>Begins a matter without submitting it; it may still break rules.</summary>
    public Matter Draft(Officer applicant, MatterContent content) => _draft.Draft(applicant, content).Matter!;

    /// <summary>Gives the own draft or returned matter another content. Codes: not-found, not-the-applicant, state-conflict, content-changed, type-differs.</summary>
    /// <param name="seen">The matter and the content that is replaced.</param>
    public bool TryEdit(Officer applicant, Approval seen, MatterContent content, [NotNullWhen(true)] out Matter? matter, out Refusal refusal) =>
        Open(_draft.Edit(applicant, seen, content), out matter, out refusal);

    /// <summary>Submits the own draft or returned matter. Codes: those of <see cref="TryApply"/> and of <see cref="TryEdit"/>.</summary>
    public bool TrySubmit(Officer applicant, Approval seen, [NotNullWhen(true)] out Matter? matter, out Refusal refusal) =>
        Open(_draft.Submit(applicant, seen), out matter, out refusal);

    /// <summary>Returns (退回) a submitted matter to its applicant. Codes: not-found, state-conflict, same-person, content-changed, ground-missing.</summary>
    public bool TryReturn(Officer decider, Approval seen, string? ground, [NotNullWhen(true)] out Matter? matter, out Refusal refusal) =>
        Open(_decline.Return(decider, seen, ground), out matter, out refusal);

    /// <summary>Rejects (驳回) a submitted matter for good. Codes as above.</summary>
    public bool TryReject(Officer decider, Approval seen, string? ground, [NotNullWhen(true)] out Matter? matter, out Refusal refusal) =>
        Open(_decline.Reject(decider, seen, ground), out matter, out refusal);

    /// <summary>Ends loss reports (挂失) that nobody confirmed in time.</summary>
    /// <returns>How many.</returns>
    public int LapseLossReports() => _approve.Lapse();

    /// <summary>Applies for each, in order; one that is refused does not touch the others.</summary>
    public IReadOnlyList<ApplyResult> ApplyAll(Officer applicant, IReadOnlyList<MatterContent> contents) =>
        [.. contents.Chunk(_settings.ChunkSize).SelectMany(chunk => _apply.Run(applicant, [.. chunk.Select(content => Application.Of(content, applicant.Office))]))];

    /// <summary>Applies for a chunk in one transaction.</summary>
    /// <param name="alongside">As for <see cref="ApplyForMatters.Run"/>.</param>
    internal IReadOnlyList<ApplyResult> ApplyTogether(Officer applicant, IReadOnlyList<Application> chunk, Action<RegisterTransaction, IReadOnlyList<ApplyResult>> alongside) =>
        _apply.Run(applicant, chunk, alongside);

    /// <summary>Approves (核准). Codes: not-found, same-person, content-changed, state-conflict.</summary>
    public bool TryApprove(Officer approver, long matterId, Digest contentHash, [NotNullWhen(true)] out ApprovedMatter? approved, out Refusal refusal)
    {
        var result = _approve.Run(approver, [new Approval(matterId, contentHash)])[0];
        approved = result.Approved;
        refusal = result.Refusal ?? default;
        return approved is not null;
    }

    public IReadOnlyList<ApproveResult> ApproveAll(Officer approver, IReadOnlyList<Approval> approvals) =>
        [.. approvals.Chunk(_settings.ChunkSize).SelectMany(chunk => _approve.Run(approver, chunk))];

    /// <summary>Carries out approved matters; results come in order as chunks are released, so that a caller can keep memory flat.</summary>
    /// <param name="approved">Taken while the matters before them are under way.</param>
    public void CarryOut(IEnumerable<ApprovedMatter> approved, Action<CarryOutResult> released) =>
        _carryOut.Run(approved.Select(matter => (matter.Id, matter.Type)), released);

    /// <summary>The same for batches whose results fit in memory.</summary>
    /// <param name="progress">Told how many matters are through.</param>
    public IReadOnlyList<CarryOutResult> CarryOut(IReadOnlyList<ApprovedMatter> approved, IProgress<int>? progress = null)
    {
        var results = new List<CarryOutResult>(approved.Count);
        CarryOut(approved, result =>
        {
            results.Add(result);
            progress?.Report(results.Count);
        });
        return results;
    }

    /// <summary>Recovery, at start and after a token came back: carries out every approved matter, and finishes every certificate, from whatever stage it was left at.</summary>
    public void FinishPending(Action<CarryOutResult> released)
    {
        _carryOut.Run(Pending(), released);
        Certificates.FinishPending((matterId, waits) => released(new CarryOutResult(matterId, MatterState.Done, null, waits)));
    }

    public Matter? FindMatter(long id) => _queries.FindMatter(id);

    /// <summary>Matters of these offices in a state, oldest first.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<Matter> FindMatters(MatterState state, IReadOnlyList<int> offices, long after, int limit) => _queries.FindMatters(state, offices, after, limit);

    public RegisteredLicense? FindLicense(CreditCode code) => _queries.FindLicense(code);

    public RegisteredLicense? FindLicense(LicenseNumber number) => _queries.FindLicense(number);

    /// <summary>All versions, events and artefacts; null: no such license.</summary>
    public LicenseHistory? FindHistory(LicenseNumber number) => _queries.FindHistory(number);

    public RegisterCounts Counts() => _queries.Counts();

    private static bool Open(ApplyResult result, [NotNullWhen(true)] out Matter? matter, out Refusal refusal)
    {
        matter = result.Matter;
        refusal = result.Refusal ?? default;
        return matter is not null;
    }

    private IEnumerable<(long Id, MatterType Type)> Pending()
    {
        for (var page = _queries.FindPending(0, _settings.ChunkSize); page.Count > 0; page = _queries.FindPending(page[^1].Id, _settings.ChunkSize))
        {
            foreach (var matter in page)
                yield return matter;
        }
    }
}
