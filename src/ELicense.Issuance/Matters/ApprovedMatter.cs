using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>A matter that another officer approved (核准). Only an approval, or the store after checking it again, makes one.</summary>
public sealed record ApprovedMatter
{
    private ApprovedMatter(Matter matter) => Matter = matter;

    public Matter Matter { get; }
}
