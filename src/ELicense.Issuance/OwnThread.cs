namespace ELicense.Issuance;

/// <summary>
/// Work that mostly waits, for the database or a token, on a thread of its own: the pool begins with one thread a processor and adds others by the half second, so that a chunk
/// would stand in line behind those that wait, and so would requests.
/// </summary>
internal static class OwnThread
{
    public static Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
