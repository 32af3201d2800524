using ELicense.Core;

namespace ELicense.Issuance.Batches;

/// <summary>How far a batch has come; numbers are stored.</summary>
public enum BatchState
{
    /// <summary>Its file is being read; a process that ended meanwhile left it so, and the same file takes it up again.</summary>
    Reading = 1,

    /// <summary>申请: waits for another officer.</summary>
    Applied = 2,

    /// <summary>核准: its rows are carried out, now or after a restart.</summary>
    Approved = 3,

    /// <summary>No row is left.</summary>
    Done = 4,

    /// <summary>What was not carried out by then is not.</summary>
    Cancelled = 5,
}

/// <summary>What a row of a register is to this authority; numbers are stored.</summary>
public enum RowOutcome
{
    /// <summary>Applied for as an issuance.</summary>
    New = 1,

    /// <summary>Licensed already with this very face, or applied for already by another batch.</summary>
    Unchanged = 2,

    /// <summary>Licensed with another face: applied for as an amendment (变更).</summary>
    Changed = 3,

    Rejected = 4,
}

/// <summary>A register as one batch (批量申请).</summary>
/// <param name="ContentHash">Merkle root (RFC 6962 2.1) over the content hashes of its matters in the order of rows: what an approver decides on. Null while it is being read.</param>
public sealed record Batch(
    long Id, BatchState State, int Office, Digest? ContentHash, string Applicant, DateTimeOffset AppliedAt, string? Approver, BatchCounts Rows, BatchProgress Progress);

/// <summary>Rows of a batch by what they are.</summary>
public sealed record BatchCounts(long New, long Unchanged, long Changed, long Rejected)
{
    /// <summary>Rows that became matters.</summary>
    public long Accepted => New + Changed;
}

/// <summary>How far the matters of a batch have come.</summary>
/// <param name="Refused">Approved, but forbidden by a rule when they were to be carried out.</param>
/// <param name="Cancelled">Not approved any more when the batch was cancelled.</param>
public readonly record struct BatchProgress(long Total, long Done, long Refused, long Cancelled)
{
    public long Left => Total - Done - Refused - Cancelled;
}

/// <summary>One row and what became of it.</summary>
/// <param name="Row">1 is the first record after the header.</param>
/// <param name="State">rejected, unchanged; applied, approved, done, refused, cancelled.</param>
/// <param name="Refusal">Why it was rejected or refused.</param>
public sealed record BatchRow(long Row, RowOutcome Outcome, string State, string? CreditCode, long? MatterId, string? LicenseNumber, Refusal? Refusal);
