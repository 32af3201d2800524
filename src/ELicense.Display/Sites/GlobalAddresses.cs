using System.Net;
using System.Net.Sockets;

namespace ELicense.Display.Sites;

/// <summary>Addresses at which a public web site can be: global unicast, without what the IANA special-purpose registries (RFC 6890, updated by RFC 8190) keep for other purposes.</summary>
public static class GlobalAddresses
{
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // RFC 791 3.2: this network
        IPNetwork.Parse("10.0.0.0/8"), // RFC 1918 3: private
        IPNetwork.Parse("100.64.0.0/10"), // RFC 6598 7: shared by a carrier's customers
        IPNetwork.Parse("127.0.0.0/8"), // RFC 1122 3.2.1.3: loopback
        IPNetwork.Parse("169.254.0.0/16"), // RFC 3927 2.1: link-local, where clouds keep their metadata
        IPNetwork.Parse("172.16.0.0/12"), // RFC 1918 3: private
        IPNetwork.Parse("192.0.0.0/24"), // RFC 6890 2.1: protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // RFC 5737 3: documentation
        IPNetwork.Parse("192.31.196.0/24"), // RFC 7535 8.3.2: AS112 by DNAME
        IPNetwork.Parse("192.52.193.0/24"), // RFC 7450 7.2: multicast tunnels
        IPNetwork.Parse("192.88.99.0/24"), // RFC 7526 5: 6to4 relays, deprecated
        IPNetwork.Parse("192.168.0.0/16"), // RFC 1918 3: private
        IPNetwork.Parse("192.175.48.0/24"), // RFC 7534 6: AS112
        IPNetwork.Parse("198.18.0.0/15"), // RFC 2544 C.2.2: benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // RFC 5737 3: documentation
        IPNetwork.Parse("203.0.113.0/24"), // RFC 5737 3: documentation
        IPNetwork.Parse("224.0.0.0/4"), // RFC 5771 3: multicast
        IPNetwork.Parse("240.0.0.0/4"), // RFC 1112 4: reserved; RFC 919 7: broadcast
    ];

    // RFC 4291 2.4, RFC 3587 3: nothing else is global unicast, so loopback, unspecified, IPv4-mapped, NAT64 (RFC 6052, 8215), discard (RFC 6666), unique local (RFC 4193),
    // link-local, site-local, SRv6 (RFC 9602) and multicast are outside.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialIPv6 =
    [
        IPNetwork.Parse("2001::/23"), // RFC 2928 2: protocol assignments; in it Teredo (RFC 4380), benchmarks (RFC 5180), ORCHID (RFC 7343)
        IPNetwork.Parse("2001:db8::/32"), // RFC 3849 2: documentation
        IPNetwork.Parse("2002::/16"), // RFC 3056 2: 6to4, which leads to any IPv4 address
        IPNetwork.Parse("2620:4f:8000::/48"), // RFC 7534 6: AS112
        IPNetwork.Parse("3fff::/20"), // RFC 9637 3: documentation
    ];

    public static bool Contain(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !IsIn(SpecialIPv4, address),
        // IPNetwork of .NET 10 compares the IPv4 address within a mapped one, and finds ::ffff:8.8.8.8 in 2000::/3.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && GlobalUnicast.Contains(address) && !IsIn(SpecialIPv6, address),
        _ => false,
    };

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));
}
