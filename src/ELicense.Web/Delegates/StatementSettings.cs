using ELicense.Verification.Publication;

namespace ELicense.Web.Delegates;

/// <summary>Who signs statements of one kind about the licenses of one publication; both are owned by the host.</summary>
public sealed record StatementSettings(PublicationFollower Follower, StatementDelegates Delegates)
{
    /// <summary>Who signs about what this view says; null: nobody does now.</summary>
    public static StatementSigner? FindSigner(IReadOnlyList<StatementSettings> settings, PublicationView view, DateTimeOffset now) =>
        settings.FirstOrDefault(one => one.Follower.View?.Trust.Card.AuthorityNumber == view.Trust.Card.AuthorityNumber)?.Delegates.FindSigner(view.Trust, now);
}
