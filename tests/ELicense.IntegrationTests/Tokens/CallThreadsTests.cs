using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>Who is served when, and what a call that does not return costs.</summary>
public sealed class CallThreadsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_single_call_waits_for_those_that_stood_in_line_before_it_and_no_others()
    {
        const int bulkThreads = 4;
        using var threads = new CallThreads<object>("fair", 1, Long, _ => { }, _ => { });
        var served = new List<string>();
        using var stop = new CancellationTokenSource();
        using var begun = new CountdownEvent(bulkThreads);
        var bulk = Enumerable.Range(0, bulkThreads).Select(_ => Start(() =>
        {
            threads.Run(_ => Serve("bulk"));
            begun.Signal();
            while (!stop.IsCancellationRequested)
                threads.Run(_ => Serve("bulk"));
        })).ToArray();
        Assert.True(begun.Wait(Long, TestContext.Current.CancellationToken));

        var ahead = Enumerable.Range(0, 200).Select(_ =>
        {
            var before = threads.Run(_ => { Serve("mark"); return served.Count; });
            threads.Run(_ => Serve("single"));
            return threads.Run(_ => served.LastIndexOf("single")) - before;
        }).ToList();
        stop.Cancel();
        Array.ForEach(bulk, thread => thread.Join());

        // Between a mark and the single call each of the others may come in once, and once more while this thread was waking up.
        Assert.True(ahead.Order().ElementAt(ahead.Count / 2) <= 2 * bulkThreads, string.Join(' ', ahead));

        bool Serve(string who)
        {
            served.Add(who);
            return true;
        }
    }

    [Fact]
    public void Calls_are_served_in_the_order_in_which_they_came()
    {
        using var threads = new CallThreads<object>("order", 1, Long, _ => { }, _ => { });
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var served = new List<int>();
        var callers = new List<Thread> { Start(() => threads.Run(_ => { begun.Set(); return gate.Wait(Long); })) };
        begun.Wait(TestContext.Current.CancellationToken);
        for (var n = 0; n < 50; n++)
        {
            var number = n;
            callers.Add(Start(() => threads.Run(_ => { served.Add(number); return true; })));
            while (threads.Waiting < n + 1)
                Thread.Sleep(1);
        }

        gate.Set();
        callers.ForEach(caller => caller.Join());

        Assert.Equal(Enumerable.Range(0, 50), served);
    }

    [Fact]
    public void A_call_that_does_not_return_is_counted_until_it_does()
    {
        var hung = 0;
        using var threads = new CallThreads<object>("hung", 4, TimeSpan.FromSeconds(1), change => Interlocked.Add(ref hung, change), _ => { });
        using var gate = new ManualResetEventSlim();

        for (var n = 1; n <= 2; n++)
        {
            Assert.Equal("token-timeout", Assert.Throws<Pkcs11Exception>(() => threads.Run(_ => gate.Wait(Long))).Code);
            Assert.Equal(n, Volatile.Read(ref hung));
        }

        var begun = false;
        Assert.Equal("token-timeout", Assert.Throws<Pkcs11Exception>(() => threads.Run(_ => begun = true)).Code);
        Assert.False(begun);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hung) == 0, Long));
        Assert.Equal(7, threads.Run(_ => 7));
    }

    [Fact]
    public void What_the_work_throws_is_thrown_to_its_caller()
    {
        using var threads = new CallThreads<object>("throws", 1, Long, _ => { }, _ => { });

        Assert.Throws<InvalidDataException>(() => threads.Run<int>(_ => throw new InvalidDataException()));
        Assert.Equal(1, threads.Run(_ => 1));
    }

    private static Thread Start(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        return thread;
    }
}
