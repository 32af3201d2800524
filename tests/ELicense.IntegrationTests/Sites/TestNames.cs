using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ELicense.IntegrationTests.Sites;

/// <summary>A name server on a loopback port (RFC 1035): answers A, AAAA and TXT over UDP as the test says, and counts what it was asked.</summary>
internal sealed class TestNames : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    public TestNames() => _running = RunAsync();

    public IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

    /// <summary>Addresses of a name at each question; the last list stays.</summary>
    public ConcurrentDictionary<string, Queue<string[]>> Addresses { get; } = new();

    public ConcurrentDictionary<string, string[][]> Texts { get; } = new();

    public ConcurrentQueue<(string Name, int Type)> Asked { get; } = new();

    /// <summary>Makes what is sent of the right answer.</summary>
    public Func<byte[], byte[]> Sent { get; set; } = answer => answer;

    public void Name(string host, params string[][] answers) => Addresses[host] = new Queue<string[]>(answers);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_end.Token);
                await _socket.SendAsync(Sent(Answer(question.Buffer)), question.RemoteEndPoint, _end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    private byte[] Answer(byte[] question)
    {
        // RFC 1035 4.1.2: labels, then type and class
        var (labels, at) = (new List<string>(), 12);
        for (; question[at] > 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        var (name, type, end) = (string.Join('.', labels).ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(at + 1)), at + 5);
        Asked.Enqueue((name, type));
        var records = Records(name, type);
        var answer = new List<byte>(question[..2]);
        answer.AddRange([0x81, (byte)(records.Count > 0 || Addresses.ContainsKey(name) ? 0x80 : 0x83), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0]);
        answer.AddRange(question[12..end]);
        foreach (var data in records)
        {
            answer.AddRange([0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 0, (byte)(data.Length >> 8), (byte)data.Length]);
            answer.AddRange(data);
        }

        return [.. answer];
    }

    private List<byte[]> Records(string name, int type)
    {
        const int A = 1, Txt = 16, Aaaa = 28;
        if (type == Txt)
            return Texts.TryGetValue(name, out var texts) ? [.. texts.Select(strings => strings.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]).ToArray())] : [];
        if (!Addresses.TryGetValue(name, out var answers))
            return [];
        lock (answers)
        {
            // The two questions of one look-up, of which A is the one that turns the page, see the same list.
            var now = answers.Peek();
            if (type == A && answers.Count > 1)
                answers.Dequeue();
            var family = type == A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            return type is A or Aaaa ? [.. now.Select(IPAddress.Parse).Where(address => address.AddressFamily == family).Select(address => address.GetAddressBytes())] : [];
        }
    }
}
