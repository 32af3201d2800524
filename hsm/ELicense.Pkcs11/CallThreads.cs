using System.Runtime.ExceptionServices;

namespace ELicense.Pkcs11;

/// <summary>
/// Threads of their own for calls into a library, served first come, first served, each with a state that only it uses. A call that hangs costs its thread, not the caller,
/// who is told token-timeout when the limit is over; a thread cannot be taken out of a native call, so it is lost until the call returns.
/// From <see cref="MayHang"/> lost threads on every call is refused at once.
/// </summary>
internal sealed class CallThreads<TState> : IDisposable
    where TState : class, new()
{
    private readonly object _gate = new();
    private readonly LinkedList<Call> _waiting = [];
    private readonly List<Thread> _threads = [];
    private readonly string _name;
    private readonly int _most;
    private readonly TimeSpan _limit;
    private readonly Action<int> _hangs;
    private readonly Action<TState> _atEnd;
    private int _idle;
    private int _hung;
    private bool _ended;

    /// <param name="hangs">Told +1 when a call outlives the limit, −1 when it returns at last.</param>
    /// <param name="atEnd">Run by each thread before it ends.</param>
    public CallThreads(string name, int most, TimeSpan limit, Action<int> hangs, Action<TState> atEnd) =>
        (_name, _most, _limit, _hangs, _atEnd) = (name, most, limit, hangs, atEnd);

    /// <summary>Half of the threads, and at least one.</summary>
    public int MayHang => Math.Max(1, _most / 2);

    /// <summary>Calls that stand in line.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Does the work on one of the threads, waiting in line and for its end at most the limit. Throws what it throws, or token-timeout.</summary>
    public T Run<T>(Func<TState, T> work)
    {
        T? result = default;
        var call = new Call(state => result = work(state));
        Begin(call);
        if (!AwaitEnd(call))
            GiveUp(call);
        call.Failure?.Throw();
        return result!;
    }

    /// <summary>Lets every thread end; those that hang are left behind.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        var end = Environment.TickCount64 + (long)_limit.TotalMilliseconds;
        foreach (var thread in _threads)
            thread.Join((int)Math.Max(0, end - Environment.TickCount64));
    }

    private void Begin(Call call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (_hung >= MayHang)
                throw TimedOut($"{_hung} calls hang in the library; no more are begun until one returns");
            call.Place = _waiting.AddLast(call);
            if (_idle >= _waiting.Count || _threads.Count == _most)
            {
                Monitor.Pulse(_gate);
                return;
            }

            var thread = new Thread(Serve) { IsBackground = true, Name = $"PKCS#11 {_name}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    private bool AwaitEnd(Call call)
    {
        var end = Environment.TickCount64 + (long)_limit.TotalMilliseconds;
        lock (call)
        {
            while (!call.Ended)
            {
                var left = end - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(call, (int)left);
            }
        }

        return true;
    }

    private void GiveUp(Call call)
    {
        lock (_gate)
        {
            if (call.Ended)
                return;
            call.GivenUp = true;
            if (call.Place is { } place)
            {
                _waiting.Remove(place);
                throw TimedOut($"no thread was free for {_limit.TotalSeconds:0.#} s");
            }

            _hung++;
            _hangs(1);
        }

        throw TimedOut($"a call has hung for {_limit.TotalSeconds:0.#} s");
    }

    private void Serve()
    {
        var state = new TState();
        while (Take() is { } call)
        {
            ExceptionDispatchInfo? failure = null;
            try
            {
                call.Work(state);
            }
            catch (Exception e)
            {
                // The caller's to handle, on the caller's thread.
                failure = ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                if (call.GivenUp)
                {
                    _hung--;
                    _hangs(-1);
                    continue;
                }

                call.End(failure);
            }
        }

        _atEnd(state);
    }

    private Call? Take()
    {
        lock (_gate)
        {
            _idle++;
            while (_waiting.Count == 0 && !_ended)
                Monitor.Wait(_gate);
            _idle--;
            if (_waiting.First is not { } first)
                return null;
            _waiting.RemoveFirst();
            first.Value.Place = null;
            return first.Value;
        }
    }

    private Pkcs11Exception TimedOut(string what) => new("token-timeout", $"{_name}: {what}.");

    private sealed class Call(Action<TState> work)
    {
        private bool _ended;

        public Action<TState> Work { get; } = work;

        /// <summary>Null once a thread has taken it.</summary>
        public LinkedListNode<Call>? Place { get; set; }

        public bool GivenUp { get; set; }

        public bool Ended => Volatile.Read(ref _ended);

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void End(ExceptionDispatchInfo? failure)
        {
            lock (this)
            {
                Failure = failure;
                _ended = true;
                Monitor.Pulse(this);
            }
        }
    }
}
