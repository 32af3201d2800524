using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>The door to issuance: matters are applied for, approved by another officer, and carried out. Good for several threads.</summary>
public sealed class LicensingAuthority
{
    public LicensingAuthority(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock) => throw new NotImplementedException();

    /// <summary>Applies (申请). The same content again from the same person, while the first is open, is the same matter.</summary>
    public bool TryApply(Officer applicant, MatterContent content, [NotNullWhen(true)] out Matter? matter, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Applies for each, in order; one that is refused does not touch the others.</summary>
    public IReadOnlyList<ApplyResult> ApplyAll(Officer applicant, IReadOnlyList<MatterContent> contents) => throw new NotImplementedException();

    /// <summary>Approves (核准). Codes: not-found, same-person, content-changed, state-conflict.</summary>
    public bool TryApprove(Officer approver, long matterId, Digest contentHash, [NotNullWhen(true)] out ApprovedMatter? approved, out Refusal refusal) => throw new NotImplementedException();

    public IReadOnlyList<ApproveResult> ApproveAll(Officer approver, IReadOnlyList<Approval> approvals) => throw new NotImplementedException();

    /// <summary>Carries out approved matters; results come in order as chunks are released, so that a caller can keep memory flat.</summary>
    public void CarryOut(IReadOnlyList<ApprovedMatter> approved, Action<CarryOutResult> released) => throw new NotImplementedException();

    /// <summary>The same for batches whose results fit in memory.</summary>
    public IReadOnlyList<CarryOutResult> CarryOut(IReadOnlyList<ApprovedMatter> approved, IProgress<int>? progress = null) => throw new NotImplementedException();

    /// <summary>Recovery, at start and after a token came back: carries out every approved matter, from whatever stage it was left at.</summary>
    public void FinishPending(Action<CarryOutResult> released) => throw new NotImplementedException();

    public Matter? FindMatter(long id) => throw new NotImplementedException();

    /// <summary>Matters in a state, oldest first.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<Matter> FindMatters(MatterState state, long after, int limit) => throw new NotImplementedException();

    public RegisteredLicense? FindLicense(CreditCode code) => throw new NotImplementedException();

    public RegisteredLicense? FindLicense(LicenseNumber number) => throw new NotImplementedException();

    public RegisterCounts Counts() => throw new NotImplementedException();
}
