namespace ELicense.Issuance.Batches;

/// <summary>Makes the next element on another thread while the caller works on the one before.</summary>
internal static class ReadAhead
{
    public static IEnumerable<T> Of<T>(IEnumerable<T> elements)
    {
        using var source = elements.GetEnumerator();
        var next = OwnThread.Run(source.MoveNext);
        try
        {
            while (next.GetAwaiter().GetResult())
            {
                var element = source.Current;
                next = OwnThread.Run(source.MoveNext);
                yield return element;
            }
        }
        finally
        {
            // Whoever stops early must not find the source still being read.
            Task.WaitAny(next);
        }
    }
}
