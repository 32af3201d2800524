using System.Net;
using System.Net.Sockets;

namespace ELicense.Web.Http;

/// <summary>Whom an address stands for, where many of one subscriber count as one: an IPv4 address, or a /64 of IPv6.</summary>
public static class ClientNetwork
{
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
