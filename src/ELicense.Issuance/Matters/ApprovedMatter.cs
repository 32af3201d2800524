using System.Diagnostics.CodeAnalysis;
using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>A matter that another officer approved (核准). Only an approval, or the store after checking it again, makes one.</summary>
public sealed record ApprovedMatter
{
    private ApprovedMatter(long id, MatterType type, Digest contentHash)
    {
        Id = id;
        Type = type;
        ContentHash = contentHash;
    }

    public long Id { get; }

    public MatterType Type { get; }

    public Digest ContentHash { get; }

    /// <summary>The decision itself: four eyes, and nothing but what the approver saw.</summary>
    internal static bool TryApprove(
        MatterRow matter, Officer approver, Digest seen, [NotNullWhen(true)] out ApprovedMatter? approved, out Refusal refusal)
    {
        approved = null;
        refusal = default;
        if (MatterMachine.Check(matter.Id, (MatterType)matter.Type, matter.StateName, MatterEvent.Approve) is { } conflict)
            refusal = conflict;
        else if (matter.Applicant == approver.Person)
            refusal = new Refusal(Codes.SamePerson, $"Matter {matter.Id} was applied for by the person who would approve it.");
        else if (Digest.Of(matter.Content) != matter.Hash || matter.Hash != seen)
            refusal = new Refusal(Codes.ContentChanged, $"Matter {matter.Id} is not what the approver saw: {matter.Hash} against {seen}.");
        else
            approved = new ApprovedMatter(matter.Id, (MatterType)matter.Type, matter.Hash);
        return approved is not null;
    }

    /// <summary>What the store says was approved, and its content: the columns are not believed without the two persons and the hash.</summary>
    internal static bool TryRehydrate(
        MatterRow matter, [NotNullWhen(true)] out ApprovedMatter? approved, [NotNullWhen(true)] out MatterContent? content, out int office, out Refusal refusal)
    {
        (approved, content, office) = (null, null, 0);
        if (matter.State != (long)MatterState.Approved || matter.Approver is null)
            refusal = new Refusal(Codes.StateConflict, $"Matter {matter.Id} is {matter.StateName}, not approved.");
        else if (matter.Approver == matter.Applicant)
            refusal = new Refusal(Codes.SamePerson, $"Matter {matter.Id} was approved by its applicant.");
        else if (Digest.Of(matter.Content) != matter.Hash)
            refusal = new Refusal(Codes.ContentChanged, $"Matter {matter.Id} was changed after it was applied for.");
        else if (MatterContent.TryDecode(matter.Content, out content, out office, out refusal))
            approved = new ApprovedMatter(matter.Id, (MatterType)matter.Type, matter.Hash);
        return approved is not null;
    }
}
