using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ELicense.Benchmarks.Load;

/// <summary>
/// Connections that send a byte a second of a request that never ends; one that is closed is opened again. One thread goes round them all: what they cost is to be the
/// service's cost, not theirs.
/// </summary>
internal sealed class SlowConnections(int port, int count) : IAsyncDisposable
{
    private const int OfOneAddress = 250;
    private const int SlicesASecond = 100;
    private static readonly byte[] Byte = "G"u8.ToArray();

    private readonly CancellationTokenSource _end = new();
    private readonly Socket?[] _connections = new Socket?[count];
    private Task _rounds = Task.CompletedTask;
    private int _open;
    private int _cut;

    public int Open => Volatile.Read(ref _open);

    /// <summary>How many were closed by the server.</summary>
    public int Cut => Volatile.Read(ref _cut);

    public void Start() => _rounds = Task.Factory.StartNew(GoRound, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _rounds;
        Array.ForEach(_connections, connection => connection?.Dispose());
        _end.Dispose();
    }

    private void GoRound()
    {
        var begun = Stopwatch.GetTimestamp();
        for (var slice = 0; !_end.IsCancellationRequested; slice++)
        {
            for (var i = slice % SlicesASecond; i < count; i += SlicesASecond)
                SendByte(i);
            var early = TimeSpan.FromSeconds((double)slice / SlicesASecond) - Stopwatch.GetElapsedTime(begun);
            if (early > TimeSpan.Zero)
                _end.Token.WaitHandle.WaitOne(early);
        }
    }

    private void SendByte(int number)
    {
        ref var connection = ref _connections[number];
        // An answer, which is that it took too long, comes before the end.
        if (connection is not null && connection.Available == 0 && connection.Send(Byte, SocketFlags.None, out _) == Byte.Length)
            return;
        if (connection is not null)
        {
            connection.Dispose();
            connection = null;
            Interlocked.Increment(ref _cut);
            Interlocked.Decrement(ref _open);
        }

        var socket = LoadTarget.SocketFrom($"127.0.{20 + (number / OfOneAddress / 250)}.{1 + (number / OfOneAddress % 250)}");
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(Byte, SocketFlags.None, out _);
            Interlocked.Increment(ref _open);
            connection = socket;
        }
        catch (SocketException)
        {
            // Tried again with the next round.
            socket.Dispose();
        }
    }
}
