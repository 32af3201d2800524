namespace ELicense.Issuance;

/// <summary>Matters that a thread of this process is carrying out: no other takes them up meanwhile, and signs them for nothing.</summary>
internal sealed class MattersUnderWay
{
    private readonly HashSet<long> _ids = [];

    /// <returns>False when another thread has one of them; then none was claimed.</returns>
    public bool TryClaim(IReadOnlyCollection<long> ids)
    {
        lock (_ids)
        {
            if (_ids.Overlaps(ids))
                return false;
            _ids.UnionWith(ids);
            return true;
        }
    }

    /// <summary>Waits for the threads that have them. Who waits holds no claim, so that two never wait for each other.</summary>
    public void Claim(IReadOnlyCollection<long> ids)
    {
        lock (_ids)
        {
            while (!TryClaim(ids))
                Monitor.Wait(_ids);
        }
    }

    public void Release(IReadOnlyCollection<long> ids)
    {
        lock (_ids)
        {
            _ids.ExceptWith(ids);
            Monitor.PulseAll(_ids);
        }
    }
}
