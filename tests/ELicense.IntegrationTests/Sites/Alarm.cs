using System.Collections.Concurrent;

namespace ELicense.IntegrationTests.Sites;

/// <summary>A clock whose timers end when the test says.</summary>
internal sealed class Alarm : TimeProvider
{
    private readonly ConcurrentQueue<(TimerCallback Callback, object? State)> _timers = new();

    public ConcurrentQueue<TimeSpan> Set { get; } = new();

    public void Ring()
    {
        while (_timers.TryDequeue(out var timer))
            timer.Callback(timer.State);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Enqueue((callback, state));
        Set.Enqueue(dueTime);
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
    }
}
