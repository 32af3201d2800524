namespace ELicense.Web.Limits;

/// <summary>
/// How long work stands in line for a core, measured by a probe that stands in the same line as every request, and whether it has become too long: too long for a while,
/// and not short again since. A wait that comes and goes, as of a collection, sheds nothing; nor does one that few came in: the machine's other work made it, and
/// refusing a request would shorten no line.
/// </summary>
public sealed class WorkLine : IDisposable
{
    /// <summary>Waits from which the line is too long, when no shorter one was seen for as long.</summary>
    public static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(250);

    /// <summary>The wait at which it is short again.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(25);

    /// <summary>Requests that came since the line became long, at the least, for it to be theirs.</summary>
    public const int Crowd = 64;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _clock;
    private readonly Action<Action> _standInLine;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread? _measuring;
    private long _sentAt;
    private long _lastWait;
    private long _longSince;
    private long _came;
    private long _cameBefore;
    private bool _isTooLong;

    /// <summary>The line of the thread pool, which serves every request.</summary>
    public WorkLine()
        : this(TimeProvider.System, probe => ThreadPool.UnsafeQueueUserWorkItem(static probe => probe(), probe, preferLocal: false))
    {
        // A timer would stand in the line itself.
        _measuring = new Thread(Measure) { IsBackground = true, Name = "work line" };
        _measuring.Start();
    }

    /// <param name="standInLine">Has a probe called when its turn has come.</param>
    internal WorkLine(TimeProvider clock, Action<Action> standInLine) => (_clock, _standInLine) = (clock, standInLine);

    public bool IsTooLong => Volatile.Read(ref _isTooLong);

    /// <summary>A request has come.</summary>
    public void Come() => Interlocked.Increment(ref _came);

    /// <summary>That of the newest probe, or of the one that stands there still when it is more.</summary>
    public TimeSpan Wait
    {
        get
        {
            var sent = Volatile.Read(ref _sentAt);
            var last = TimeSpan.FromTicks(Volatile.Read(ref _lastWait));
            var standing = sent == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(sent);
            return standing > last ? standing : last;
        }
    }

    public void Dispose()
    {
        _ended.Set();
        _measuring?.Join();
        _ended.Dispose();
    }

    /// <summary>Sends a probe when none stands in line, and judges.</summary>
    internal void Look()
    {
        if (Volatile.Read(ref _sentAt) == 0)
        {
            Volatile.Write(ref _sentAt, Math.Max(1, _clock.GetTimestamp()));
            _standInLine(Arrive);
        }

        var wait = Wait;
        if (wait < TooLong)
            _longSince = 0;
        else if (_longSince == 0)
            (_longSince, _cameBefore) = (Math.Max(1, _clock.GetTimestamp()), Volatile.Read(ref _came));
        else if (_clock.GetElapsedTime(_longSince) >= TooLong && Volatile.Read(ref _came) - _cameBefore >= Crowd)
            Volatile.Write(ref _isTooLong, true);
        if (wait <= Short)
            Volatile.Write(ref _isTooLong, false);
    }

    private void Arrive()
    {
        Volatile.Write(ref _lastWait, _clock.GetElapsedTime(_sentAt).Ticks);
        Volatile.Write(ref _sentAt, 0);
    }

    private void Measure()
    {
        while (!_ended.Wait(Every))
            Look();
    }
}
