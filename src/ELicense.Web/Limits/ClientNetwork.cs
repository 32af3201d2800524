using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ELicense.Web.Limits;

/// <summary>Whom an address stands for, where many of one subscriber count as one: an IPv4 address, or a /64 of IPv6.</summary>
public static class ClientNetwork
{
    // No network of IPv6 begins so: ff00::/8 are multicast groups (RFC 4291 2.7), which send nothing.
    private const ulong Ipv4 = 0xFFFF_FFFF_0000_0000;

    /// <summary>Different for different networks, never 0.</summary>
    public static ulong Of(IPAddress? address)
    {
        if (address is null)
            return Ipv4;
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return Ipv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6)
            return Ipv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        // ::/64 holds the loopback address, and 0 is nobody.
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) is var network and not 0 ? network : 1;
    }
}
