using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ELicense.Benchmarks;

/// <summary>
/// Sends the same bytes again and again and takes what comes, as wrk does elsewhere: whatever a client costs is on the cores of the service that is measured. One connection, one call at a time,
/// answers of at most so many bytes in chunks (RFC 9112 7.1).
/// </summary>
internal sealed class LeanClient : IDisposable
{
    private static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private readonly byte[] _answer;
    private int _length;

    /// <param name="headers">Lines, each with its end.</param>
    public LeanClient(Uri address, string headers, byte[] body, int mostBytes)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        _request = [.. Encoding.ASCII.GetBytes(head), .. body];
        _answer = new byte[mostBytes];
        _socket.Connect(IPAddress.Loopback, address.Port);
    }

    public async Task CallAsync()
    {
        await _socket.SendAsync(_request);
        _length = 0;
        while (!_answer.AsSpan(0, _length).EndsWith(LastChunk))
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(_length));
            if (read == 0)
                throw new InvalidOperationException(Encoding.UTF8.GetString(_answer.AsSpan(0, Math.Min(_length, 2000))));
            _length += read;
        }
    }

    /// <summary>Of the last answer, which was 200.</summary>
    public byte[] Body()
    {
        var answer = _answer.AsSpan(0, _length);
        var at = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (!answer.StartsWith("HTTP/1.1 200 "u8))
            throw new InvalidOperationException(Encoding.UTF8.GetString(answer[..at]));
        using var body = new MemoryStream();
        while (true)
        {
            var digits = answer[at..].IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.ASCII.GetString(answer.Slice(at, digits)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return body.ToArray();
            body.Write(answer.Slice(at + digits + 2, size));
            at += digits + 2 + size + 2;
        }
    }

    public void Dispose() => _socket.Dispose();
}
