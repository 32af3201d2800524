using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>How far a matter has come; numbers are stored.</summary>
public enum MatterState
{
    /// <summary>申请: waits for another officer.</summary>
    Applied = 1,

    /// <summary>核准: will be carried out, now or by recovery.</summary>
    Approved = 2,

    /// <summary>Carried out and in the log.</summary>
    Done = 3,

    /// <summary>Approved, but a rule forbade it; nothing was signed.</summary>
    Refused = 4,
}

/// <summary>A matter (申请) as the register holds it.</summary>
/// <param name="ContentHash">SHA-256 of the canonical content: what an approver decides on.</param>
/// <param name="Refusal">Why it was not carried out, when <see cref="MatterState.Refused"/>.</param>
public sealed record Matter(
    long Id, MatterType Type, MatterState State, Digest ContentHash, MatterContent Content, int Office, string Applicant, DateTimeOffset AppliedAt,
    string? Approver, DateTimeOffset? ApprovedAt, Refusal? Refusal);

/// <summary>An approver's decision on one matter, bound to the content that the approver saw.</summary>
public readonly record struct Approval(long MatterId, Digest ContentHash);

/// <summary>What became of one application; exactly one of the two is there.</summary>
public sealed record ApplyResult(Matter? Matter, Refusal? Refusal);

/// <summary>What became of one approval; exactly one of the two is there.</summary>
public sealed record ApproveResult(long MatterId, ApprovedMatter? Approved, Refusal? Refusal);
