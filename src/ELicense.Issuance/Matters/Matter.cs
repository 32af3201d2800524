using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>How far a matter has come; numbers are stored.</summary>
public enum MatterState
{
    /// <summary>申请: submitted; waits for another officer.</summary>
    Applied = 1,

    /// <summary>核准: will be carried out, now or by recovery.</summary>
    Approved = 2,

    /// <summary>Carried out and in the log.</summary>
    Done = 3,

    /// <summary>Approved, but a rule forbade it; nothing was released.</summary>
    Refused = 4,

    /// <summary>With the applicant, not yet submitted.</summary>
    Draft = 5,

    /// <summary>退回: with the applicant again, who may edit and submit it once more.</summary>
    Returned = 6,

    /// <summary>驳回, by an officer.</summary>
    Rejected = 7,

    /// <summary>A loss report (挂失) that nobody confirmed in time.</summary>
    Lapsed = 8,
}

/// <summary>A matter (申请) as the register holds it.</summary>
/// <param name="ContentHash">SHA-256 of the canonical content: what an approver decides on.</param>
/// <param name="AppliedAt">When it was last submitted; of a draft, when it was begun.</param>
/// <param name="Refusal">Why it was not carried out, when <see cref="MatterState.Refused"/>.</param>
public sealed record Matter(
    long Id, MatterType Type, MatterState State, Digest ContentHash, MatterContent Content, int Office, string Applicant, DateTimeOffset AppliedAt,
    string? Approver, DateTimeOffset? ApprovedAt, Refusal? Refusal)
{
    /// <summary>The newest return or rejection; it stays to be read after the matter was submitted again.</summary>
    public Decision? Decision { get; init; }

    /// <summary>When it was done, refused, rejected or lapsed.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Why an officer returned (退回) or rejected (驳回) a matter.</summary>
public sealed record Decision(string Person, DateTimeOffset At, string Ground);

/// <summary>An officer's decision on one matter, bound to the content that the officer saw.</summary>
public readonly record struct Approval(long MatterId, Digest ContentHash);

/// <summary>What became of one application; exactly one of the two is there.</summary>
public sealed record ApplyResult(Matter? Matter, Refusal? Refusal);

/// <summary>What became of one approval; exactly one of the two is there.</summary>
public sealed record ApproveResult(long MatterId, ApprovedMatter? Approved, Refusal? Refusal);
