using System.Net;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class WorkBucketsTests
{
    private const int Signature = 100;
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_full_bucket_pays_its_burst_and_then_what_flows_in()
    {
        var buckets = new AddressBuckets(new WorkRate(Burst: 3, PerSecond: 2), 64);
        Assert.Equal([0, 0, 0, Second / 2], Enumerable.Range(0, 4).Select(_ => buckets.Take(1, Signature, Second)));
        Assert.NotEqual(0, buckets.Take(1, Signature, Second + (Second / 2) - 1));
        Assert.Equal(0, buckets.Take(1, Signature, Second + (Second / 2)));
    }

    [Fact]
    public void What_is_given_back_can_be_spent()
    {
        var buckets = new AddressBuckets(new WorkRate(Burst: 1, PerSecond: 1), 64);
        Assert.Equal(0, buckets.Take(1, Signature, Second));
        buckets.GiveBack(1, 75, Second);
        Assert.Equal([0, Second / 2], [buckets.Take(1, 50, Second), buckets.Take(1, 75, Second)]);
    }

    [Fact]
    public void More_than_a_burst_is_paid_by_a_full_bucket_only_and_leaves_a_debt()
    {
        var buckets = new AddressBuckets(new WorkRate(Burst: 10, PerSecond: 1), 64);
        Assert.Equal([0, 30 * Second], [buckets.Take(1, 30 * Signature, Second), buckets.Take(1, 30 * Signature, Second)]);
        Assert.Equal(21 * Second, buckets.Take(1, Signature, Second));
    }

    [Fact]
    public void A_million_addresses_take_no_memory_and_do_not_hide_who_owes()
    {
        var buckets = new AddressBuckets(new WorkRate(Burst: 100, PerSecond: 1), 4096);
        while (buckets.Take(ulong.MaxValue, Signature, Second) == 0)
        {
            // Until it owes all that it may.
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = 0;
        for (ulong network = 1; network <= 1_000_000; network++)
            refused += buckets.Take(network, Signature, Second) == 0 ? 0 : 1;
        Assert.Equal((0L, 0), (GC.GetAllocatedBytesForCurrentThread() - before, refused));
        Assert.NotEqual(0, buckets.Take(ulong.MaxValue, Signature, Second));
    }

    [Fact]
    public void Many_at_a_time_spend_no_more_than_one()
    {
        var buckets = new AddressBuckets(new WorkRate(Burst: 10_000, PerSecond: 1), 64);
        var taken = 0;
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                if (buckets.Take(1, Signature, Second) == 0)
                    Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(10_000, taken);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "0.0.0.1", false)]
    public void An_address_of_ipv6_stands_for_its_64(string one, string other, bool same) =>
        Assert.Equal(same, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));
}
