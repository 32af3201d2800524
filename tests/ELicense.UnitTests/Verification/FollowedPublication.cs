using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>A publication, and one follower of it at a time with its state, its high-water mark and a clock that the test sets.</summary>
public abstract class FollowedPublication : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("follower-").FullName;
    private readonly List<PublicationFollower> _followers = [];

    private protected PublicationBuilder Publication { get; } = new();

    private protected FixedClock Clock { get; } = new() { Now = TestAuthority.Now };

    protected string State => Path.Combine(_folder, "state");

    protected string HighWater => Path.Combine(_folder, "mark");

    public void Dispose()
    {
        _followers.ForEach(follower => follower.Dispose());
        Publication.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The one before is closed first.</summary>
    protected PublicationFollower Follower(bool deleteState = false)
    {
        Close();
        if (deleteState && Directory.Exists(State))
            Directory.Delete(State, recursive: true);
        return Keep(new PublicationFollower(
            PublicationSource.Open(Publication.Folder),
            new FollowerSettings(TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), State, HighWater), Clock));
    }

    protected PublicationFollower Keep(PublicationFollower follower)
    {
        _followers.Add(follower);
        return follower;
    }

    protected void Close()
    {
        _followers.ForEach(follower => follower.Dispose());
        _followers.Clear();
    }

    private protected VerdictValue Judge(PublicationView view, TestLicense license) => view.Verify(new FileArtefact(license.Document, license.Token), Clock.Now).Value;

    protected static async Task<PublicationView> FollowAsync(PublicationFollower follower)
    {
        var result = await follower.PollAsync(CancellationToken.None);
        Assert.Null(result.Refusal);
        return follower.View!;
    }

    protected static async Task<string?> RefusedAsync(PublicationFollower follower) => (await follower.PollAsync(CancellationToken.None)).Refusal?.Code;

    private protected sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
