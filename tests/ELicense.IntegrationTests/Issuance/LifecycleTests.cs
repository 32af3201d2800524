using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>A license from its issuance to its cancellation, as a verifier that follows the publication sees it.</summary>
public abstract class LifecycleTests : IDisposable
{
    private readonly PublishedCounter _published;
    private readonly PublicationFollower _follower;

    protected LifecycleTests(DatabaseServer databases)
    {
        _published = new PublishedCounter(databases: databases);
        _follower = new PublicationFollower(
            PublicationSource.Open(_published.Counter.Settings.PublicationFolder), new FollowerSettings(_published.Anchor, null, null), _published.Counter.Clock);
    }

    public void Dispose()
    {
        _follower.Dispose();
        _published.Dispose();
    }

    [Fact]
    public async Task Old_and_new_tokens_and_the_code_have_the_verdict_of_each_moment()
    {
        var counter = _published.Counter;
        var first = counter.Issue(1);
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(), first).Value);

        var second = counter.Amend(first, 1);
        var view = await FollowAsync();
        Assert.Equal((VerdictValue.Superseded, 2), (Judge(view, first).Value, Judge(view, first).NewerVersion));
        Assert.Equal((VerdictValue.Valid, null), (Judge(view, second).Value, Judge(view, second).NewerVersion));
        AssertNewest(view, second, VerdictValue.Valid);

        foreach (var (change, forFirst, forSecond) in new[]
        {
            (MatterType.Suspension, VerdictValue.Suspended, VerdictValue.Suspended),
            (MatterType.Resumption, VerdictValue.Superseded, VerdictValue.Valid),
            (MatterType.Revocation, VerdictValue.Revoked, VerdictValue.Revoked),
            (MatterType.Cancellation, VerdictValue.Cancelled, VerdictValue.Cancelled),
        })
        {
            Assert.Equal(MatterState.Done, counter.Change(change, second).State);
            view = await FollowAsync();
            Assert.Equal((forFirst, forSecond), (Judge(view, first).Value, Judge(view, second).Value));
            AssertNewest(view, second, forSecond);
        }
        _published.AssertSound(11);
    }

    private async Task<PublicationView> FollowAsync()
    {
        _published.Publish();
        Assert.Null((await _follower.PollAsync(TestContext.Current.CancellationToken)).Refusal);
        return _follower.View!;
    }

    private Verdict Judge(PublicationView view, ReleasedLicense license) => view.Verify(new TokenArtefact(license.Token, null), _published.Counter.Clock.Now);

    private void AssertNewest(PublicationView view, ReleasedLicense newest, VerdictValue expected)
    {
        var verdict = view.VerifyNewest(Enterprise.Code(1), _published.Counter.Clock.Now)!;
        Assert.Equal((expected, newest.Version, "示例市新路1号"), (verdict.Value, verdict.Token!.Version, verdict.Face!.Address));
    }
}

public sealed class LifecycleOnSqliteTests() : LifecycleTests(EmbeddedDatabases.Instance);

public sealed class LifecycleOnPostgresTests(PostgresCluster cluster) : LifecycleTests(cluster);
