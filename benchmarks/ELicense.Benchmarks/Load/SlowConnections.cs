using System.Net.Sockets;

namespace ELicense.Benchmarks.Load;

/// <summary>Connections that send a byte a second of a request that never ends; one that is closed is opened again.</summary>
internal sealed class SlowConnections(int port, int count) : IAsyncDisposable
{
    private const int OfOneAddress = 250;
    private static readonly byte[] Byte = "G"u8.ToArray();

    private readonly CancellationTokenSource _end = new();
    private Task[] _connections = [];
    private int _open;
    private int _cut;

    public int Open => Volatile.Read(ref _open);

    /// <summary>How many were closed by the server.</summary>
    public int Cut => Volatile.Read(ref _cut);

    public void Start() => _connections = [.. Enumerable.Range(0, count).Select(i => KeepAsync($"127.0.{20 + (i / OfOneAddress / 250)}.{1 + (i / OfOneAddress % 250)}", i))];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_connections);
        _end.Dispose();
    }

    private async Task KeepAsync(string from, int number)
    {
        // Not all in the same moment.
        await Task.Delay(number % 1000, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var socket = await LoadTarget.ConnectAsync(from, port, _end.Token);
                Interlocked.Increment(ref _open);
                try
                {
                    while (true)
                    {
                        await socket.SendAsync(Byte, SocketFlags.None, _end.Token);
                        await Task.Delay(TimeSpan.FromSeconds(1), _end.Token);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref _open);
                }
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _cut);
                await Task.Delay(100, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
