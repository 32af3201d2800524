namespace ELicense.Display.Sites;

/// <summary>What looks at a site found, from one time on until the next one in the history.</summary>
/// <param name="Since">Of the first of them.</param>
/// <param name="Page">Where the badge was looked for.</param>
/// <param name="State">After the look.</param>
/// <param name="BadgeSeen">As <see cref="Site.BadgeSeen"/>.</param>
/// <param name="StatementCurrent">As <see cref="Site.StatementCurrent"/>.</param>
/// <param name="Trouble">Code of what was wrong; null: nothing.</param>
public sealed record SiteLook(DateTimeOffset Since, Uri Page, SiteState State, bool? BadgeSeen, bool? StatementCurrent, string? Trouble)
{
    /// <summary>Control, page, badge or statement is missing.</summary>
    public bool IsWrong => Trouble is not null || BadgeSeen == false || StatementCurrent == false;

    /// <summary>Since when something has been wrong without a break; null: nothing is. When the history begins with it, it may have been so for longer.</summary>
    /// <param name="history">The newest first.</param>
    public static DateTimeOffset? WrongSince(IEnumerable<SiteLook> history) => history.TakeWhile(look => look.IsWrong).LastOrDefault()?.Since;
}
