namespace ELicense.Display.Sites;

/// <summary>How control of a site was shown. Stored by its name.</summary>
public enum SiteMethod
{
    /// <summary>The operator registered it and answers for it.</summary>
    Operator,

    /// <summary>The file <see cref="SiteProof.FilePath"/>.</summary>
    File,

    /// <summary>A TXT record of <see cref="SiteProof.DnsLabel"/> and the host.</summary>
    Dns,

    /// <summary>A meta element in the head of the site's first page, or of the page that is registered alone.</summary>
    Meta,
}

/// <summary>What a badge is registered for.</summary>
public enum SiteScope
{
    /// <summary>All pages of one origin.</summary>
    Origin,

    /// <summary>One page, such as that of a shop on a platform, whose other pages are others'.</summary>
    Page,
}

/// <summary>Stored by its name.</summary>
public enum SiteState
{
    /// <summary>Control is not shown yet.</summary>
    Pending,

    /// <summary>The badge is in use.</summary>
    Proven,

    /// <summary>By the enterprise, until it resumes.</summary>
    Paused,

    /// <summary>Control was shown once, and no longer is.</summary>
    Lost,

    /// <summary>By the enterprise, for good.</summary>
    Deleted,
}

/// <summary>A site of an enterprise as its registry has it.</summary>
/// <param name="Page">On the badge's origin: where the badge is shown. Of a badge for a page alone, that page.</param>
/// <param name="Method">Null until control was shown.</param>
/// <param name="Challenge">What shows control: 160 random bits, in lower-case Base32, of this badge alone.</param>
/// <param name="ChallengeUntil">Control is shown for the first time before that.</param>
/// <param name="Proven">When control was first shown.</param>
/// <param name="Confirmed">When it was last.</param>
/// <param name="Checked">When the site was last looked at.</param>
/// <param name="Failures">Looks in a row at which control was not shown.</param>
/// <param name="BadgeSeen">Whether the page links to the badge's confirmation page; null: not known.</param>
/// <param name="StatementCurrent">Whether the badge had a signed statement in force; null: not known.</param>
/// <param name="Trouble">Code of what was wrong at the last look; null: nothing.</param>
public sealed record Site(
    Badge Badge, Uri Page, SiteMethod? Method, string Challenge, DateTimeOffset ChallengeUntil, DateTimeOffset? Proven, DateTimeOffset? Confirmed, DateTimeOffset? Checked, int Failures, bool? BadgeSeen,
    bool? StatementCurrent, string? Trouble);
