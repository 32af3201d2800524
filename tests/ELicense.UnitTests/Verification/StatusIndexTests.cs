using ELicense.Core.Licenses;
using ELicense.Verification.Standings;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class StatusIndexTests
{
    [Fact]
    public void What_was_never_applied_is_not_issued()
    {
        var index = new StatusIndex();
        index.Apply(3, 8, Standing.Valid);
        Assert.Equal(
            [Standing.NotIssued, Standing.Valid, Standing.NotIssued, Standing.NotIssued],
            [index[3, 7], index[3, 8], index[3, 9], index[4, 8]]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1 << 20)]
    public void An_index_outside_a_list_throws(int index) => Assert.Throws<ArgumentOutOfRangeException>(() => new StatusIndex()[0, index]);

    [Fact]
    public void A_fork_and_its_origin_do_not_see_each_others_changes()
    {
        var before = new StatusIndex();
        before.Apply(0, 1, Standing.Valid);
        var after = before.Fork();
        after.Apply(0, 1, Standing.Revoked);
        after.Apply(1, 1, Standing.Valid);
        Assert.Equal((Standing.Valid, Standing.NotIssued), (before[0, 1], before[1, 1]));
        Assert.Equal((Standing.Revoked, Standing.Valid), (after[0, 1], after[1, 1]));
    }

    [Fact]
    public void Holds_what_a_dictionary_would_hold()
    {
        var standings = Enum.GetValues<Standing>();
        Prop.ForAll(ArbMap.Default.ArbFor<(byte List, uint Index, byte Standing)[]>(), changes =>
        {
            var index = new StatusIndex();
            var expected = new Dictionary<(int, int), Standing>();
            foreach (var (list, at, standing) in changes)
            {
                var place = (list % 3, (int)(at % (1 << 20)));
                expected[place] = standings[standing % standings.Length];
                index.Apply(place.Item1, place.Item2, expected[place]);
                index = at % 2 == 0 ? index.Fork() : index;
            }

            return expected.All(entry => index[entry.Key.Item1, entry.Key.Item2] == entry.Value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
