using System.Collections.Concurrent;
using System.Security.Cryptography;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

public sealed class SigningTurnsTests
{
    private const int WholeTurn = 8;
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task Those_who_come_while_others_sign_share_the_next_turn_and_each_has_its_own_signature()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        var first = turns.SignAsync(Message(0));
        token.AwaitTurn();
        var others = Enumerable.Range(1, WholeTurn - 1).Select(i => turns.SignAsync(Message(i))).ToList();
        token.LetGo();

        var signatures = await Task.WhenAll([first, .. others]);

        Assert.Equal([1, WholeTurn - 1], token.Turns);
        using var foreign = ECDsa.Create();
        foreign.ImportSubjectPublicKeyInfo(token.PublicKey.SubjectPublicKeyInfo.Span, out _);
        Assert.All(signatures.Index(), signed => Assert.True(foreign.VerifyData(Message(signed.Index), signed.Item, HashAlgorithmName.SHA256)));
    }

    [Fact]
    public async Task Whole_turns_that_stand_in_line_begin_beside_the_one_that_hangs()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        var asked = new List<Task<byte[]>> { turns.SignAsync(Message(0)) };
        token.AwaitTurn();
        for (var beside = 0; beside < 2; beside++)
        {
            asked.AddRange(Enumerable.Range(1, WholeTurn).Select(i => turns.SignAsync(Message(i))));
            token.AwaitTurn();
        }

        Assert.Equal([1, WholeTurn, WholeTurn], token.Turns);
        Assert.All(asked, one => Assert.False(one.IsCompleted));
        token.LetGo();
        Assert.Equal(1 + (2 * WholeTurn), (await Task.WhenAll(asked)).Length);
    }

    [Fact]
    public async Task Many_at_once_are_all_signed_in_turns_of_the_right_size()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        token.LetGo();

        var signatures = await Task.WhenAll(Enumerable.Range(0, 500).AsParallel().AsOrdered().Select(i => turns.SignAsync(Message(i))));

        using var foreign = ECDsa.Create();
        foreign.ImportSubjectPublicKeyInfo(token.PublicKey.SubjectPublicKeyInfo.Span, out _);
        Assert.All(signatures.Index(), signed => Assert.True(foreign.VerifyData(Message(signed.Index), signed.Item, HashAlgorithmName.SHA256)));
        Assert.Equal(500, token.Turns.Sum());
        Assert.InRange(token.Turns.Max(), 1, WholeTurn);
    }

    [Fact]
    public async Task Who_asks_does_not_wait_for_the_token_with_a_thread_of_his_own()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        Task<byte[]>? asked = null;
        var own = new Thread(() => asked = turns.SignAsync(Message(0)));
        own.Start();
        token.AwaitTurn();

        // The token still holds the turn: a caller that took it himself would hang with it.
        Assert.NotEqual(own.ManagedThreadId, Assert.Single(token.Threads));
        own.Join();
        Assert.False(asked!.IsCompleted);
        token.LetGo();
        Assert.Equal(Suites.SignatureSize, (await asked).Length);
    }

    [Fact]
    public async Task A_turn_begins_beside_one_that_has_let_others_stand_in_line_for_longer_than_a_turn_may_last()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        var hangs = turns.SignAsync(Message(0));
        token.AwaitTurn();
        var second = turns.SignAsync(Message(1));
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        var third = turns.SignAsync(Message(2));
        token.AwaitTurn();

        Assert.Equal([1, 2], token.Turns);
        token.LetGo();
        Assert.Equal(3, (await Task.WhenAll(hangs, second, third)).Length);
    }

    [Fact]
    public async Task A_token_that_signs_wrongly_is_found_in_its_turn_and_watched_from_then_on()
    {
        using var token = new SlowToken(Suite.Es256) { IsWrong = _ => true };
        var turns = new SigningTurns(token, _clock);
        Assert.All(await Turn(turns, token), asked => Assert.IsType<CryptographicException>(asked.Exception?.InnerException));

        // One of the turn would miss it more often than not.
        token.IsWrong = place => place == 5;
        for (var round = 0; round < 6; round++)
        {
            var asked = await Turn(turns, token);
            Assert.Equal(1, asked.Count(task => task.Exception?.InnerException is CryptographicException));
            Assert.Equal(WholeTurn - 2, asked.Count(task => task.IsCompletedSuccessfully));
        }
    }

    [Fact]
    public async Task A_deterministic_suite_is_verified_to_the_last_signature()
    {
        using var token = new SlowToken(Suite.Ed25519) { IsWrong = place => place == 3 };

        var asked = await Turn(new SigningTurns(token, _clock), token);

        Assert.Equal(1, asked.Count(task => task.Exception?.InnerException is CryptographicException));
        Assert.Equal(WholeTurn - 2, asked.Count(task => task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task When_the_token_fails_all_who_stand_in_line_are_told_and_the_next_is_tried_anew()
    {
        using var token = new SlowToken(Suite.Es256);
        var turns = new SigningTurns(token, _clock);
        var first = turns.SignAsync(Message(0));
        token.AwaitTurn();
        var second = turns.SignAsync(Message(1));
        token.IsAway = true;
        token.LetGo();

        Assert.Equal("token-missing", (await Assert.ThrowsAsync<SigningKeyException>(() => first)).Code);
        Assert.Equal("token-missing", (await Assert.ThrowsAsync<SigningKeyException>(() => second)).Code);
        token.IsAway = false;
        Assert.Equal(Suites.SignatureSize, (await turns.SignAsync(Message(2))).Length);
    }

    /// <returns>One less than a whole turn: they shared one after that of the first who asked, ended.</returns>
    private static async Task<List<Task<byte[]>>> Turn(SigningTurns turns, SlowToken token)
    {
        token.Hold();
        var first = turns.SignAsync(Message(0));
        token.AwaitTurn();
        var asked = Enumerable.Range(1, WholeTurn - 1).Select(i => turns.SignAsync(Message(i))).ToList();
        token.LetGo();
        await Task.WhenAll([first, .. asked]).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        return asked;
    }

    private static byte[] Message(int number) => BitConverter.GetBytes(number);

    private sealed class StoppedClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));
    }

    /// <summary>A real key that signs all of a turn; the turn waits until it is let go.</summary>
    private sealed class SlowToken(Suite suite) : SigningKey
    {
        private readonly SoftwareSigningKey _key = SoftwareSigningKey.Generate(suite);
        private readonly SemaphoreSlim _begun = new(0);
        private readonly ManualResetEventSlim _go = new(initialState: false);
        private readonly ConcurrentQueue<int> _turns = new();
        private readonly ConcurrentQueue<int> _threads = new();

        public override VerificationKey PublicKey => _key.PublicKey;

        public IEnumerable<int> Turns => _turns;

        /// <summary>Of each turn: the thread that asked for it.</summary>
        public IEnumerable<int> Threads => _threads;

        public bool IsAway { get; set; }

        /// <summary>Of the place in a turn: whether its signature has one bit turned.</summary>
        public Func<int, bool> IsWrong { get; set; } = _ => false;

        public void AwaitTurn() => _begun.Wait(TestContext.Current.CancellationToken);

        public void Hold()
        {
            _go.Reset();
            while (_begun.Wait(0))
            {
            }
        }

        public void LetGo() => _go.Set();

        protected override byte[] SignCore(ReadOnlySpan<byte> message) => throw new InvalidOperationException("Signed alone.");

        protected override IReadOnlyList<byte[]> SignSomeCore(IReadOnlyList<ReadOnlyMemory<byte>> messages)
        {
            _turns.Enqueue(messages.Count);
            _threads.Enqueue(Environment.CurrentManagedThreadId);
            _begun.Release();
            _go.Wait();
            if (IsAway)
                throw new SigningKeyException("token-missing", "The token is away.", new IOException());
            return [.. messages.Select((message, place) =>
            {
                var signature = _key.Sign(message.Span);
                signature[17] ^= IsWrong(place) ? (byte)1 : (byte)0;
                return signature;
            })];
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _key.Dispose();
                _begun.Dispose();
                _go.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
