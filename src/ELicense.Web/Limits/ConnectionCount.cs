using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ELicense.Web.Limits;

/// <summary>How many connections each client network has open: nobody takes all of a server's by being slow.</summary>
public sealed class ConnectionCount(Protection protection)
{
    private readonly CallerCount<ulong> _open = new(protection.Connections.MostOfOneAddress);

    /// <summary>Has an endpoint close what is beyond the bound at once. Connections are counted as long as they are open, so what is remembered is no more than they.</summary>
    public void Bound(ListenOptions listen) => listen.Use(next => connection => ServeAsync(connection, next));

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is not null && protection.Proxies.Any(proxy => proxy.Contains(address)))
        {
            await next(connection);
            return;
        }

        var network = ClientNetwork.Of(address);
        if (!_open.TryEnter(network))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            _open.Leave(network);
        }
    }
}
