using System.Net;
using System.Net.Sockets;
using System.Text;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>A second instead of ten for headers and of five for the first bytes of a body, so that the tests are short.</summary>
public sealed class ImpatientStation : PublicStation
{
    public const int MostOfOneAddress = 20;

    public ImpatientStation() => Protection = new Protection
    {
        Rate = null,
        Connections = new ConnectionBounds { HeadersWithin = TimeSpan.FromSeconds(1), Grace = TimeSpan.FromSeconds(1.5), MostOfOneAddress = MostOfOneAddress },
    };
}

public sealed class SlowClientsTests(ImpatientStation station) : IClassFixture<ImpatientStation>
{
    private const string Headers = "POST /api/v1/verifications HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.2.1", "")]
    [InlineData("127.0.2.2", Headers + "Content-Length: 40000\r\n\r\n")]
    [InlineData("127.0.2.3", Headers + "Transfer-Encoding: chunked\r\n\r\n9c40\r\n")]
    public async Task Who_sends_a_byte_at_a_time_is_cut_while_others_are_served(string from, string begin)
    {
        var slow = Enumerable.Range(0, 15).Select(_ => SendSlowlyAsync(from, begin)).ToList();
        var all = Task.WhenAll(slow);
        var served = 0;
        while (!all.IsCompleted)
        {
            using var response = await station.Http.GetAsync($"/api/v1/licenses/{PublicStation.ValidCode}/status", Cancelled);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            served++;
        }

        // RFC 9110 15.5.9, where anything is said before the end.
        Assert.All(await all, answer => Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer));
        Assert.InRange(served, 1, int.MaxValue);
    }

    [Fact]
    public async Task One_address_has_so_many_connections_and_no_more()
    {
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < ImpatientStation.MostOfOneAddress; i++)
            {
                open.Add(await ConnectAsync("127.0.2.4"));
                Assert.StartsWith("HTTP/1.1 200 ", await HealthAsync(open[^1]), StringComparison.Ordinal);
            }

            Assert.Equal("", await NewHealthAsync("127.0.2.4"));
            using (var another = await ConnectAsync("127.0.2.5"))
                Assert.StartsWith("HTTP/1.1 200 ", await HealthAsync(another), StringComparison.Ordinal);
            open[0].Dispose();
            // Its end is noticed soon, and makes room.
            await Eventually.IsAsync(async () => (await NewHealthAsync("127.0.2.4")).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        }
        finally
        {
            open.ForEach(one => one.Dispose());
        }
    }

    private async Task<Socket> ConnectAsync(string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, station.Address.Port, Cancelled);
        return socket;
    }

    /// <summary>The answer on a new connection; empty when it was closed, be it before <c>connect</c> returns.</summary>
    private async Task<string> NewHealthAsync(string from)
    {
        try
        {
            using var socket = await ConnectAsync(from);
            return await HealthAsync(socket);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>The answer; empty when the connection was closed instead.</summary>
    private static async Task<string> HealthAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancelled);
            var answer = new byte[1024];
            return Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, Cancelled));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>What the server said before it closed the connection.</summary>
    private async Task<string> SendSlowlyAsync(string from, string begin)
    {
        using var socket = await ConnectAsync(from);
        var answer = new byte[1024];
        var end = socket.ReceiveAsync(answer, Cancelled).AsTask();
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(begin), Cancelled);
            while (!end.IsCompleted)
            {
                await socket.SendAsync("G"u8.ToArray(), Cancelled);
                await Task.WhenAny(end, Task.Delay(100, Cancelled));
            }

            return Encoding.ASCII.GetString(answer, 0, await end);
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
