using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// One key for many who ask at a time. Who comes while others sign stands in line without a thread, and shares a turn of the key (<see cref="SigningKey.SignSome"/>): handing a turn
/// to a token's thread costs more than a signature. Another turn begins beside it, for tokens that sign in parallel or hang, when a whole one stands in line or its first has stood
/// there for too long. A turn has few, so that the next ones ask and verify while it lasts: of 32 who ask over and over, one turn of 32 would let the token rest in between.
/// <para>
/// Of each turn one signature, chosen at random, is verified before any of it is given out. From the first wrong one on, each one is. Only ECDSA with random nonces may be sampled
/// (docs/certificates.md); of other suites each signature is verified.
/// </para>
/// </summary>
/// <param name="key">Its caller's; stays open.</param>
/// <param name="clock">Measures how long somebody stands in line.</param>
public sealed class SigningTurns(SigningKey key, TimeProvider clock)
{
    private const int MostATurn = 8;
    private const int MostTurns = 8;

    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly LinkedList<Asked> _line = [];
    private int _turns;
    private int _beginning; // of these turns, the ones that have taken nobody from the line yet
    private volatile bool _verifiesEach = key.Suite != Suite.Es256;

    public SigningKey Key => key;

    /// <summary>As <see cref="SigningKey.Sign"/>, on other threads than the caller's; a wrong signature that was found is a <see cref="CryptographicException"/>. When a turn fails, all who stand in line are told.</summary>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> message)
    {
        var asked = new Asked(message, clock.GetTimestamp());
        lock (_gate)
        {
            _line.AddLast(asked);
            if (IsTurnDue())
            {
                _turns++;
                Begin();
            }
        }

        return asked.Task;
    }

    private bool IsTurnDue() => _turns == 0
        || (_turns < MostTurns && (_line.Count >= MostATurn * (_beginning + 1) || (_beginning == 0 && clock.GetElapsedTime(_line.First!.Value.Since) >= TooLong)));

    private void Begin()
    {
        _beginning++;
        ThreadPool.UnsafeQueueUserWorkItem(static turns => turns.TakeTurn(), this, preferLocal: false);
    }

    private void TakeTurn()
    {
        List<Asked> turn;
        lock (_gate)
        {
            _beginning--;
            turn = Take(MostATurn);
        }

        IReadOnlyList<byte[]> signatures = [];
        try
        {
            if (turn.Count > 0)
                signatures = key.SignSome(turn.ConvertAll(asked => asked.Message));
        }
        catch (Exception failure)
        {
            // Theirs to handle who asked.
            lock (_gate)
            {
                turn.AddRange(Take(_line.Count));
                _turns--;
            }

            turn.ForEach(asked => asked.SetException(failure));
            return;
        }

        EndTurn(turn[signatures.Count..]);
        GiveOut(turn, signatures);
    }

    /// <summary>The next turn is another thread's: this one has its signature.</summary>
    /// <param name="rest">Those whom the key left over.</param>
    private void EndTurn(List<Asked> rest)
    {
        lock (_gate)
        {
            for (var last = rest.Count - 1; last >= 0; last--)
                _line.AddFirst(rest[last]);
            if (_line.Count == 0)
                _turns--;
            else
                Begin();
        }
    }

    private void GiveOut(List<Asked> turn, IReadOnlyList<byte[]> signatures)
    {
        if (signatures.Count == 0)
            return;
        var one = RandomNumberGenerator.GetInt32(signatures.Count);
        if (!_verifiesEach && !IsRight(turn[one], signatures[one]))
            _verifiesEach = true;

        for (var i = 0; i < signatures.Count; i++)
        {
            if (!_verifiesEach || IsRight(turn[i], signatures[i]))
                turn[i].SetResult(signatures[i]);
            else
                turn[i].SetException(new CryptographicException($"The signature of {key.PublicKey} is wrong."));
        }
    }

    private bool IsRight(Asked asked, byte[] signature) => key.PublicKey.Verify(asked.Message.Span, signature);

    private List<Asked> Take(int most)
    {
        var taken = new List<Asked>(Math.Min(most, _line.Count));
        while (taken.Count < most && _line.First is { } first)
        {
            _line.RemoveFirst();
            taken.Add(first.Value);
        }

        return taken;
    }

    private sealed class Asked(ReadOnlyMemory<byte> message, long since) : TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ReadOnlyMemory<byte> Message => message;

        public long Since => since;
    }
}
