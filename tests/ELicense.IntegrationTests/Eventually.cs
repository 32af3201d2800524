namespace ELicense.IntegrationTests;

/// <summary>Waits for what a server, a process or a token does by itself; at most so long as no busy machine takes for it.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <exception cref="TimeoutException">It did not happen.</exception>
    public static async Task IsAsync(Func<Task<bool>> isSo)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Longest)
                throw new TimeoutException($"It did not happen within {Longest.TotalSeconds:0} s.");
            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="IsAsync(Func{Task{bool}})"/>
    public static Task IsAsync(Func<bool> isSo) => IsAsync(() => Task.FromResult(isSo()));

    /// <param name="passes">Whether a failure is one that passes: then it is asked again.</param>
    /// <returns>What it gives when it no longer throws.</returns>
    public static T Succeeds<T>(Func<T> ask, Predicate<Exception> passes)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return ask();
            }
            catch (Exception failed) when (passes(failed) && TimeProvider.System.GetElapsedTime(begun) < Longest)
            {
                Thread.Sleep(Pause);
            }
        }
    }
}
