using System.Net;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>Rows of the IANA IPv4 and IPv6 Special-Purpose Address Registries: first and last address of each, and what encloses other addresses.</summary>
public sealed class GlobalAddressesTests
{
    public static TheoryData<string> Special =>
    [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
        "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.31.196.1", "192.52.193.1",
        "192.88.99.1", "192.168.0.0", "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
        "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001::ffff:ffff",
        "2001:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:1ff:ffff::1", "2001:db8::1", "2001:db8:ffff::1", "2002:7f00:1::1", "2002:808:808::1", "2620:4f:8000::1",
        "3fff::1", "3fff:fff:ffff::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%2", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "1fff::1",
    ];

    [Theory]
    [MemberData(nameof(Special))]
    public void A_special_address_is_not_global(string address) => Assert.False(GlobalAddresses.Contain(IPAddress.Parse(address)));

    [Fact]
    public void Nor_is_a_global_one_that_is_mapped_into_IPv6() => Assert.False(GlobalAddresses.Contain(IPAddress.Parse("8.8.8.8").MapToIPv6()));

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2000::1")]
    [InlineData("2001:200::1")]
    [InlineData("2001:db7:ffff::1")]
    [InlineData("2001:db9::1")]
    [InlineData("2400:da00::6666")]
    [InlineData("3ffe:ffff::1")]
    public void Its_neighbours_are(string address) => Assert.True(GlobalAddresses.Contain(IPAddress.Parse(address)));
}
