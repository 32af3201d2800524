using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ELicense.Web.Limits;

/// <summary>How many connections each client network has open: nobody takes all of a server's by being slow.</summary>
public sealed class ConnectionCount(Protection protection)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _open = [];

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
        if (!TryEnter(network))
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
            Leave(network);
        }
    }

    private bool TryEnter(ulong network)
    {
        lock (_gate)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, network, out _);
            if (count >= protection.Connections.MostOfOneAddress)
                return false;
            count++;
            return true;
        }
    }

    private void Leave(ulong network)
    {
        lock (_gate)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_open, network) == 0)
                _open.Remove(network);
        }
    }
}
