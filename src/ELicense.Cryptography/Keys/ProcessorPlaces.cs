namespace ELicense.Cryptography.Keys;

/// <summary>
/// A place a processor for what one thread at a time works with and is dear to make anew. Without locks, and good for many threads: what was taken belongs to who took it.
/// </summary>
/// <typeparam name="T">The default stands for an empty place.</typeparam>
internal sealed class ProcessorPlaces<T>
{
    // A processor's place has a line of its cache for itself.
    private const int Stride = 128 / 8;

    private readonly T?[] _places = new T?[Environment.ProcessorCount * Stride];

    /// <returns>Default where the place is empty.</returns>
    public T? Take() => Interlocked.Exchange(ref Place(), default);

    /// <returns>False where another was put there meanwhile: the caller's to free.</returns>
    public bool TryReturn(T one) => EqualityComparer<T>.Default.Equals(Interlocked.CompareExchange(ref Place(), one, default), default);

    /// <summary>Everything that is there; when nobody takes or returns any more.</summary>
    public IEnumerable<T> All()
    {
        for (var place = 0; place < _places.Length; place += Stride)
        {
            if (_places[place] is { } one && !EqualityComparer<T>.Default.Equals(one, default))
                yield return one;
        }
    }

    private ref T? Place() => ref _places[(int)((uint)Thread.GetCurrentProcessorId() % (uint)Environment.ProcessorCount) * Stride];
}
