using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>So many answers and no more; who comes when all places are taken pushes an eighth of the others out. Good for many threads.</summary>
internal sealed class KeptAnswers<TKey>(int most)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, KeptAnswer> _answers = new();
    private readonly Lock _sweeping = new();
    private int _count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out KeptAnswer? answer) => _answers.TryGetValue(key, out answer);

    /// <summary>Of several that were made at a time one is kept, and all of them get that one.</summary>
    /// <param name="stays">Whether the one that is there is to stay.</param>
    public KeptAnswer Keep(TKey key, KeptAnswer fresh, Func<KeptAnswer, bool> stays)
    {
        var added = false;
        var kept = _answers.AddOrUpdate(
            key,
            _ =>
            {
                added = true;
                return fresh;
            },
            (_, present) =>
            {
                added = false;
                return stays(present) ? present : fresh;
            });
        if (added && Interlocked.Increment(ref _count) > most)
            Sweep();
        return kept;
    }

    private void Sweep()
    {
        lock (_sweeping)
        {
            foreach (var key in _answers.Keys.Take(Math.Max(0, Volatile.Read(ref _count) - (most - (most / 8)))))
            {
                if (_answers.TryRemove(key, out _))
                    Interlocked.Decrement(ref _count);
            }
        }
    }
}
