using ELicense.Core;
using ELicense.Cryptography.Certificates.RevocationLists;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class RevocationListPeriodsTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(168, 48, 24, "seven days, two of overlap, a disk a day")]
    [InlineData(1, 0.25, 0.1, "an hour")]
    [InlineData(240, 120, 1, "ten days")]
    public void Accepts_what_leaves_a_current_list_when_one_transport_fails(double period, double overlap, double transport, string what) =>
        Assert.True(RevocationListPeriods.TryMake(Hours(period), Hours(overlap), Hours(transport), RevocationListPeriods.LongestPeriod, out _, out var refusal), $"{what}: {refusal}");

    [Theory]
    [InlineData(24, 24, 1, "no time between the end of one and the making of the next")]
    [InlineData(24, 13, 1, "lists made more often than they live")]
    [InlineData(24, 12, 7, "an overlap shorter than two transports")]
    [InlineData(241, 48, 1, "longer than ten days")]
    [InlineData(24, 0, 1, "no overlap")]
    [InlineData(24, 12, 0, "no transport")]
    [InlineData(0, 0, 0, "nothing")]
    [InlineData(-24, -12, -1, "negative")]
    public void Refuses_what_does_not_fit(double period, double overlap, double transport, string why)
    {
        Assert.False(RevocationListPeriods.TryMake(Hours(period), Hours(overlap), Hours(transport), RevocationListPeriods.LongestPeriod, out _, out var refusal), why);
        Assert.Equal(Codes.RevocationPeriod, refusal.Code);
    }

    [Fact]
    public void A_list_is_due_an_overlap_before_its_end()
    {
        Assert.True(RevocationListPeriods.TryMake(Hours(168), Hours(48), Hours(24), RevocationListPeriods.LongestPeriod, out var periods, out _));

        Assert.Equal(Made.AddDays(7), periods.NextUpdate(Made));
        Assert.False(periods.IsDue(Made, Made.AddDays(5).AddTicks(-1)));
        Assert.True(periods.IsDue(Made, Made.AddDays(5)));
    }

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);
}
