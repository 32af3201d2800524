using System.Net;
using System.Net.Sockets;
using ELicense.Core;

namespace ELicense.Cli.Hosting;

/// <summary>Ten ports side by side, one a role; a block with a busy port is passed over for the next.</summary>
internal sealed record PortBlock(IPAddress Listen, int Base)
{
    public const int DefaultBase = 5080;
    private const int Size = 10;
    private const int BlocksTried = 100;

    public int Verification => Base;
    public int Authority => Base + 1;
    public int Shop => Base + 4;
    public int ShopCopy => Base + 5;

    /// <summary>Where this machine itself reaches the officers' door.</summary>
    public string AuthorityAddress => $"https://{Host}:{Authority}";

    private string Host => Listen.Equals(IPAddress.Any) ? "127.0.0.1" : Listen.ToString();

    public string Address(int port) => $"http://{Host}:{port}";

    /// <returns>The first block from <paramref name="portBase"/> on with all of its ports free.</returns>
    public static PortBlock FirstFree(IPAddress listen, int portBase)
    {
        for (var start = portBase; start + Size <= IPEndPoint.MaxPort && start < portBase + (Size * BlocksTried); start += Size)
        {
            if (Enumerable.Range(start, Size).All(port => IsFree(listen, port)))
                return new PortBlock(listen, start);
        }

        throw new CommandException(Codes.PortBusy, $"No ten free ports side by side from {portBase} on at {listen}.", 1);
    }

    private static bool IsFree(IPAddress listen, int port)
    {
        using var probe = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(listen, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
