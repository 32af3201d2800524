namespace ELicense.Verification.Publication;

/// <summary>
/// The publications that one verifier follows (provinces), each by a follower of its own: what is wrong with one touches no other. Most verifiers follow one.
/// Good for many threads.
/// </summary>
public sealed class FollowedPublications
{
    private PublicationViews _views;

    /// <param name="followers">One at least; owned by the caller. Of several, each says in its settings whose publication it follows.</param>
    public FollowedPublications(params IReadOnlyList<PublicationFollower> followers)
    {
        if (followers.Count == 0 || (followers.Count > 1 && followers.Any(follower => follower.Authority is null)))
            throw new ArgumentException("One publication at least, and of several the authority of each.", nameof(followers));
        Followers = followers;
        _views = Current();
    }

    public IReadOnlyList<PublicationFollower> Followers { get; }

    /// <summary>The newest good state of each, as one: all of an answer, or of a batch, is made from the same.</summary>
    public PublicationViews Views
    {
        get
        {
            var views = Volatile.Read(ref _views);
            if (views.AreThoseOf(Followers))
                return views;
            views = Current();
            Volatile.Write(ref _views, views);
            return views;
        }
    }

    private PublicationViews Current() => new([.. Followers.Select(follower => (follower.Authority, follower.View))]);
}
