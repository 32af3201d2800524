using System.Net;
using System.Net.Sockets;
using System.Text;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class PublicationSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("source-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("../secret")]
    [InlineData("log/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("log//checkpoint")]
    [InlineData("log/./checkpoint")]
    [InlineData("log\\..\\secret")]
    [InlineData("log/%2e%2e/secret")]
    [InlineData("")]
    public async Task No_path_leads_out_of_a_publication(string path)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PublicationSource.Open(_folder).ReadAsync(path, 10, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => PublicationSource.Open("http://127.0.0.1:9/publication").ReadAsync(path, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_null() =>
        Assert.Null(await PublicationSource.Open(_folder).ReadAsync("log/checkpoint", 10, CancellationToken.None));

    [Fact]
    public async Task A_file_above_the_bound_is_refused()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "trust.jws"), new byte[11], TestContext.Current.CancellationToken);
        var source = PublicationSource.Open(_folder);
        await Assert.ThrowsAsync<IOException>(() => source.ReadAsync("trust.jws", 10, CancellationToken.None));
        Assert.Equal(11, (await source.ReadAsync("trust.jws", 11, CancellationToken.None))!.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", null)]
    public async Task Reads_over_http(string answer, string? expected)
    {
        var bytes = await AnsweredAsync(answer, maxBytes: 5);
        Assert.Equal(expected, bytes is null ? null : Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4000000000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nmore than five bytes")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")]
    public async Task Refuses_large_redirected_and_failed_answers(string answer) =>
        await Assert.ThrowsAsync<IOException>(() => AnsweredAsync(answer, maxBytes: 5));

    [Fact]
    public async Task Waits_as_long_as_a_server_asks_that_has_too_many_requests()
    {
        // RFC 6585 4
        const string TooMany = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
        var bytes = await AnsweredAsync(maxBytes: 5, TooMany, TooMany, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("hello", Encoding.ASCII.GetString(bytes!));
    }

    private static Task<byte[]?> AnsweredAsync(string answer, int maxBytes) => AnsweredAsync(maxBytes, answer);

    /// <summary>What the source makes of raw answers of a server, one a request.</summary>
    private static async Task<byte[]?> AnsweredAsync(int maxBytes, params string[] answers)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var source = PublicationSource.Open($"http://{listener.LocalEndpoint}/publication");
        var reading = source.ReadAsync("log/checkpoint", maxBytes, CancellationToken.None);
        using var connection = await listener.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        var request = new byte[4096];
        foreach (var answer in answers)
        {
            var length = await stream.ReadAsync(request);
            Assert.StartsWith("GET /publication/log/checkpoint HTTP/1.1", Encoding.ASCII.GetString(request, 0, length));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }

        connection.Client.Shutdown(SocketShutdown.Send);
        return await reading;
    }
}
