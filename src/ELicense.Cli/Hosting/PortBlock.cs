using System.Net;
using System.Net.Sockets;
using ELicense.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ELicense.Cli.Hosting;

/// <summary>Ten ports side by side, one a role; a block with a busy port is passed over for the next. Held from here on: nobody takes one before its role listens.</summary>
internal sealed class PortBlock : IDisposable
{
    public const int DefaultBase = 5080;
    private const int Size = 10;
    private const int BlocksTried = 100;
    private const int ManagementOffset = 6;

    private readonly Dictionary<int, Socket> _held;

    private PortBlock(IPAddress listen, int portBase, Dictionary<int, Socket> held)
    {
        Listen = listen;
        Base = portBase;
        _held = held;
    }

    public IPAddress Listen { get; }

    public int Base { get; }

    public int Verification => Base;
    public int Authority => Base + 1;
    public int Portal => Base + 3;
    public int Shop => Base + 4;
    public int ShopCopy => Base + 5;

    /// <summary>On the loopback address, whatever the others listen on.</summary>
    public int Management => Base + ManagementOffset;

    public string ManagementAddress => $"http://127.0.0.1:{Management}";

    /// <summary>Where this machine itself reaches the officers' door.</summary>
    public string AuthorityAddress => $"https://{Host}:{Authority}";

    /// <summary>Where this machine itself reaches the enterprises' portal.</summary>
    public string PortalAddress => $"https://{Host}:{Portal}";

    private string Host => Listen.Equals(IPAddress.Any) ? "127.0.0.1" : Listen.ToString();

    public string Address(int port) => $"http://{Host}:{port}";

    /// <returns>The first block from <paramref name="portBase"/> on with all of its ports free.</returns>
    public static PortBlock FirstFree(IPAddress listen, int portBase)
    {
        for (var start = portBase; start + Size <= IPEndPoint.MaxPort && start < portBase + (Size * BlocksTried); start += Size)
        {
            if (Hold(listen, start) is { } held)
                return new PortBlock(listen, start, held);
        }

        throw new CommandException(Codes.PortBusy, $"No ten free ports side by side from {portBase} on at {listen}.", 1);
    }

    /// <summary>Lets Kestrel listen on the sockets that are held here.</summary>
    public void HandTo(SocketTransportOptions transport) => transport.CreateBoundListenSocket = endPoint =>
        endPoint is IPEndPoint { Port: var port } && _held.Remove(port, out var socket) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <summary>Frees what no role took: from now on a connection there is refused.</summary>
    public void ReleaseRest()
    {
        foreach (var socket in _held.Values)
            socket.Dispose();
        _held.Clear();
    }

    public void Dispose() => ReleaseRest();

    private static Dictionary<int, Socket>? Hold(IPAddress listen, int start)
    {
        var held = new Dictionary<int, Socket>();
        foreach (var port in Enumerable.Range(start, Size))
        {
            var address = port == start + ManagementOffset ? IPAddress.Loopback : listen;
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            held.Add(port, socket);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                // Bound alone would not do: on Linux two sockets may be bound to one port as long as neither listens.
                socket.Listen();
            }
            catch (SocketException)
            {
                foreach (var one in held.Values)
                    one.Dispose();
                return null;
            }
        }

        return held;
    }
}
