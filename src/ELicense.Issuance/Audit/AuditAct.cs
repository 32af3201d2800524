using ELicense.Core;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Audit;

/// <summary>Names of acts (行为) in the trail. Stored, so they are never changed.</summary>
public static class ActName
{
    public const string Apply = "apply";
    public const string Draft = "draft";
    public const string Edit = "edit";
    public const string Submit = "submit";
    public const string Return = "return";
    public const string Reject = "reject";
    public const string Approve = "approve";
    public const string Lapse = "lapse";
    public const string OverrideBlackList = "override-black-list";
    public const string ChangeBlackList = "change-black-list";
    public const string DisclosePerson = "disclose-person";
    public const string ImportBlackList = "import-black-list";
    public const string ChangePeople = "change-people";
    public const string CarryOut = "carry-out";
    public const string ImportBatch = "import-batch";
    public const string ApproveBatch = "approve-batch";
    public const string CancelBatch = "cancel-batch";
    public const string ConfirmClock = "confirm-clock";
    public const string IssueCertificate = "issue-certificate";
    public const string HandOverCertificate = "hand-over-certificate";
    public const string CertifyDelegate = "certify-delegate";
    public const string TakeFiling = "take-filing";
    public const string AcceptFiling = "accept-filing";
    public const string ReturnFiling = "return-filing";
    public const string ReplayPublication = "replay-publication";
}

/// <summary>What somebody did or tried, as it goes into the audit trail.</summary>
/// <param name="Name">One of <see cref="ActName"/>, or the name of a call.</param>
/// <param name="Officer">Null: the authority's own process carries out what was approved; or the door refused somebody whom it does not know.</param>
/// <param name="Subject">What it was done to, such as matter/17, batch/3, enterprise/91350100M000100Y43; null when nothing can be named.</param>
public sealed record AuditAct(string Name, Officer? Officer, string? Subject)
{
    /// <summary>Where it came from, when no officer is known.</summary>
    public string? Origin { get; init; }

    /// <summary>Number of the license that it made or meant.</summary>
    public string? License { get; init; }

    /// <summary>Of the content that the officer sent or saw.</summary>
    public Digest? ContentHash { get; init; }

    /// <summary>Null: it was done.</summary>
    public Refusal? Refusal { get; init; }

    internal static string SubjectOf(long matterId) => $"matter/{matterId}";

    internal static string FilingSubjectOf(long filingId) => $"filing/{filingId}";

    internal static AuditAct Application(Officer applicant, MatterContent content, Digest hash, ApplyResult result) => new(
        ActName.Apply, applicant, result.Matter is { } matter ? SubjectOf(matter.Id) : content is IssuanceContent issuance ? $"enterprise/{issuance.Face.CreditCode}" : null)
    {
        License = content.License?.ToString(),
        ContentHash = hash,
        Refusal = result.Refusal,
    };

    internal static AuditAct Approval(Officer approver, Approval approval, Refusal? refusal) =>
        Officers(ActName.Approve, approver, approval, refusal);

    internal static AuditAct Officers(string name, Officer officer, Approval seen, Refusal? refusal) =>
        new(name, officer, SubjectOf(seen.MatterId)) { ContentHash = seen.ContentHash, Refusal = refusal };

    /// <param name="contentHash">Null when nothing approved was found.</param>
    internal static AuditAct CarriedOut(long matterId, Digest? contentHash, string? license, Refusal? refusal) =>
        new(ActName.CarryOut, null, SubjectOf(matterId)) { ContentHash = contentHash, License = license, Refusal = refusal };
}
