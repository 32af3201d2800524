using System.Globalization;
using ELicense.Core.Log;
using ELicense.Web.Limits;

namespace ELicense.PublicVerification;

/// <summary>
/// Holds back those who want a checkpoint larger than one they have, until the published one is. However many wait, one looks at the file, every few milliseconds; while
/// nobody waits, nobody looks.
/// </summary>
internal sealed class CheckpointWatch(string publication)
{
    private const int MostWaiting = 1000;

    /// <summary>Who follows from one network: nobody takes all places.</summary>
    private const int MostOfOneAddress = 64;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly string _file = Path.Combine(publication, "log", "checkpoint");
    private readonly CallerCount<ulong> _networks = new(MostOfOneAddress);
    private readonly Lock _gate = new();
    private Task? _nextChange;
    private int _waiting;

    /// <summary>Ends when the checkpoint is larger, after 20 seconds, or at once when a thousand wait already, or 64 of that network.</summary>
    /// <param name="network">Of <see cref="ClientNetwork"/>.</param>
    /// <param name="stopping">Of the application, which waits for nobody who waits here.</param>
    public async Task WaitBeyondAsync(long size, ulong network, CancellationToken stopping, CancellationToken cancellation)
    {
        if (!_networks.TryEnter(network))
            return;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        time.CancelAfter(Longest);
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                return;
            while (true)
            {
                // Asked for before looking: what comes between is noticed.
                var change = NextChange();
                if (await SizeAsync(time.Token) > size)
                    return;
                await change.WaitAsync(time.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Long enough, or the end of the application: the answer is the checkpoint that is there.
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _networks.Leave(network);
        }
    }

    private Task NextChange()
    {
        lock (_gate)
        {
            return _nextChange is { IsCompleted: false } under ? under : _nextChange = LookAsync(Stamp());
        }
    }

    private async Task LookAsync((DateTime Written, long Length) seen)
    {
        while (Stamp() == seen && Volatile.Read(ref _waiting) > 0)
            await Task.Delay(LookEvery);
    }

    private (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(_file);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    // C2SP tlog-checkpoint: the second line is the size. Whether the rest is right is for those who read it.
    private async Task<long> SizeAsync(CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(_file).Length > SignedNote.MaxBytes)
                return -1;
            var lines = (await File.ReadAllTextAsync(_file, cancellation)).Split('\n', 3);
            return lines.Length == 3 && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return -1;
        }
    }
}
