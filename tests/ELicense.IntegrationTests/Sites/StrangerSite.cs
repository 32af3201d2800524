using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ELicense.IntegrationTests.Sites;

/// <summary>A web server on a loopback port that answers each path as the test says, byte by byte if need be; counts its connections and keeps the requests.</summary>
internal sealed class StrangerSite : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _served = [];
    private readonly Task _running;
    private int _connections;

    public StrangerSite(X509Certificate2? certificate = null, IPAddress? address = null)
    {
        // Offline: else this server itself would download what its certificate names.
        _certificate = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    /// <summary>Heads of the requests.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>By path: writes the answer.</summary>
    public ConcurrentDictionary<string, Func<Stream, CancellationToken, Task>> Answers { get; } = new();

    public void Answer(string path, string body, string head = "HTTP/1.1 200 OK") =>
        Answers[path] = async (stream, cancellation) => await stream.WriteAsync(Encoding.UTF8.GetBytes($"{head}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"), cancellation);

    public void Redirect(string path, string location) => Answer(path, "", $"HTTP/1.1 302 Found\r\nLocation: {location}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _running;
        await Task.WhenAll(_served);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                _served.Add(ServeAsync(client));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException && _end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = _certificate is null ? client.GetStream() : new SslStream(client.GetStream());
                if (stream is SslStream tls)
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate }, _end.Token);
                var head = new StringBuilder();
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    if (await stream.ReadAsync(one, _end.Token) == 0)
                        return;
                    head.Append((char)one[0]);
                }

                Requests.Enqueue(head.ToString());
                if (Answers.TryGetValue(head.ToString().Split(' ')[1], out var answer))
                    await answer(stream, _end.Token);
                else
                    await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _end.Token);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // Who asked went away, or the test is over.
            }
        }
    }
}
