namespace ELicense.IntegrationTests;

/// <summary>Waits for what a server or a process does by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="within">Null: 30 s.</param>
    /// <exception cref="TimeoutException">It did not happen in that time.</exception>
    public static async Task IsAsync(Func<Task<bool>> isSo, TimeSpan? within = null)
    {
        var (begun, longest) = (TimeProvider.System.GetTimestamp(), within ?? TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > longest)
                throw new TimeoutException($"It did not happen within {longest.TotalSeconds:0} s.");
            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="IsAsync(Func{Task{bool}}, TimeSpan?)"/>
    public static Task IsAsync(Func<bool> isSo, TimeSpan? within = null) => IsAsync(() => Task.FromResult(isSo()), within);
}
