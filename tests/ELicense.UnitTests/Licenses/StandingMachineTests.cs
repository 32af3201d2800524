using ELicense.Core;
using ELicense.Core.Licenses;
using Xunit;

namespace ELicense.UnitTests.Licenses;

public sealed class StandingMachineTests
{
    // Rows: the standing before; columns: what may follow. From the published lifecycle, by number.
    private static readonly Dictionary<int, int[]> Possible = new()
    {
        [15] = [0],
        [0] = [1, 2, 3, 12],
        [2] = [0, 3, 1, 12],
        [3] = [1, 2, 12],
        [1] = [12],
        [12] = [],
    };

    [Fact]
    public void A_log_may_show_exactly_the_published_transitions()
    {
        foreach (var (from, followers) in Possible)
        {
            foreach (var to in Possible.Keys)
                Assert.True(StandingMachine.IsPossible((Standing)from, (Standing)to) == followers.Contains(to), $"{from} to {to}");
        }
    }

    [Theory]
    [InlineData(Standing.NotIssued, StandingEvent.Issue, Standing.Valid)]
    [InlineData(Standing.Valid, StandingEvent.Suspend, Standing.Suspended)]
    [InlineData(Standing.Valid, StandingEvent.Supersede, Standing.Superseded)]
    [InlineData(Standing.Superseded, StandingEvent.Suspend, Standing.Suspended)]
    [InlineData(Standing.Suspended, StandingEvent.Revoke, Standing.Revoked)]
    [InlineData(Standing.Revoked, StandingEvent.Cancel, Standing.Cancelled)]
    public void Follows_the_table(Standing from, StandingEvent happened, Standing expected)
    {
        Assert.True(StandingMachine.TryApply(from, happened, Standing.Valid, out var to, out _));
        Assert.Equal(expected, to);
    }

    [Theory]
    [InlineData(Standing.Valid)]
    [InlineData(Standing.Superseded)]
    public void A_resumption_returns_to_what_was_before(Standing before)
    {
        Assert.True(StandingMachine.TryApply(Standing.Suspended, StandingEvent.Resume, before, out var to, out _));
        Assert.Equal(before, to);
    }

    [Theory]
    [InlineData(Standing.Suspended, StandingEvent.Resume, Standing.Revoked, "a revoked version cannot have been suspended")]
    [InlineData(Standing.Valid, StandingEvent.Resume, Standing.Valid, "nothing to resume")]
    [InlineData(Standing.Valid, StandingEvent.Issue, Standing.Valid, "issued already")]
    [InlineData(Standing.Suspended, StandingEvent.Supersede, Standing.Valid, "nothing is amended while suspended")]
    [InlineData(Standing.Revoked, StandingEvent.Resume, Standing.Valid, "revocation is not taken back")]
    [InlineData(Standing.Cancelled, StandingEvent.Revoke, Standing.Valid, "cancellation is final")]
    public void Refuses_what_the_table_does_not_hold(Standing from, StandingEvent happened, Standing before, string because)
    {
        Assert.False(StandingMachine.TryApply(from, happened, before, out var to, out var refusal), because);
        Assert.Equal(Codes.TransitionRefused, refusal.Code);
        Assert.Equal(from, to);
    }

    [Fact]
    public void No_event_leaves_a_cancelled_version_anywhere_else()
    {
        foreach (var happened in Enum.GetValues<StandingEvent>())
            Assert.False(StandingMachine.TryApply(Standing.Cancelled, happened, Standing.Valid, out _, out _));
    }
}
