using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ELicense.Display.Sites;

/// <summary>How often pictures of badges were served, by badge and day (UTC): a sum and nothing of who asked. What browsers and proxies keep is not in it.</summary>
internal sealed class BadgeViews(BadgeStore store, TimeProvider clock)
{
    /// <summary>Days that are kept.</summary>
    private const int Days = 400;

    private readonly ConcurrentDictionary<string, StrongBox<long>> _counts = new(StringComparer.Ordinal);

    /// <param name="id">Of a badge that there is: nobody else's names take memory.</param>
    public void Count(string id) => Interlocked.Increment(ref Of(id).Value);

    /// <summary>The count of a badge, for who counts often.</summary>
    public StrongBox<long> Of(string id) => _counts.GetOrAdd(id, _ => new StrongBox<long>());

    /// <summary>Keeps what was counted since the last time. What was counted is not lost when that fails.</summary>
    public void Flush()
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var counted = _counts.ToDictionary(count => count.Key, count => Interlocked.Exchange(ref count.Value.Value, 0), StringComparer.Ordinal);
        foreach (var none in counted.Where(count => count.Value == 0).ToList())
            counted.Remove(none.Key);
        if (counted.Count == 0)
            return;
        try
        {
            store.AddViews(counted, today, today.AddDays(-Days));
        }
        catch
        {
            foreach (var (id, count) in counted)
                Interlocked.Add(ref _counts[id].Value, count);
            throw;
        }
    }
}
