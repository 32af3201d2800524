using System.Runtime.InteropServices;

namespace ELicense.Web.Limits;

/// <summary>How much of something each client network has at a time. What is remembered is no more than there is of it.</summary>
/// <param name="most">Of one network.</param>
public sealed class NetworkCount(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _counts = [];

    /// <param name="network">Of <see cref="ClientNetwork"/>.</param>
    /// <returns>False when it has the most already. After true comes <see cref="Leave"/>.</returns>
    public bool TryEnter(ulong network)
    {
        lock (_gate)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, network, out _);
            if (count >= most)
                return false;
            count++;
            return true;
        }
    }

    public void Leave(ulong network)
    {
        lock (_gate)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, network) == 0)
                _counts.Remove(network);
        }
    }
}
