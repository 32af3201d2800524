using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>A status list that contradicts the log: verdicts are the log's, and nothing more is taken over until the list is right.</summary>
public sealed class RefusedStatusListTests : FollowedPublication
{
    [Fact]
    public async Task A_status_list_that_hides_a_revocation_is_refused_until_it_is_right()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Change(license, Standing.Revoked);
        Publication.SayInList(license, Standing.Valid);
        PublishAfter(TimeSpan.FromMinutes(2));
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(follower));
        // The log was right and is believed; nothing more is taken over until the list agrees with it.
        Assert.Equal(VerdictValue.Revoked, Judge(follower.View!, license));
        Publication.Issue(2);
        PublishAfter(TimeSpan.FromMinutes(3));
        Assert.Equal((Codes.StatusMismatch, 2L), (await RefusedAsync(follower), follower.View!.Checkpoint.Size));
        Publication.SayInList(license, Standing.Revoked);
        PublishAfter(TimeSpan.FromMinutes(4));
        Assert.Equal(3, (await FollowAsync(follower)).Checkpoint.Size);
    }

    [Fact]
    public async Task A_status_list_that_was_signed_before_the_change_contradicts_nothing()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var before = Publication.Read("status/licenses/3.cwt");
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Change(license, Standing.Revoked);
        PublishAfter(TimeSpan.FromMinutes(2));
        Publication.Write("status/licenses/3.cwt", before);
        await FollowAsync(follower);
    }

    [Fact]
    public async Task A_status_list_by_another_key_is_refused()
    {
        Publication.Issue(1);
        Publication.Publish();
        using var other = new PublicationBuilder();
        other.Issue(1);
        other.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Write("status/licenses/3.cwt", other.Read("status/licenses/3.cwt"));
        Clock.Now = TestAuthority.Now.AddMinutes(1);
        Assert.Equal(Codes.StatusSignature, await RefusedAsync(follower));
    }

    private void PublishAfter(TimeSpan time)
    {
        Clock.Now = TestAuthority.Now + time;
        Publication.Publish(Clock.Now);
    }
}
