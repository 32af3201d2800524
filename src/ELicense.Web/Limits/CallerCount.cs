using System.Runtime.InteropServices;

namespace ELicense.Web.Limits;

/// <summary>How much of something each caller has at a time: nobody takes all by being slow. What is remembered is no more than there is of it.</summary>
/// <typeparam name="T">Who a caller is: a number of <see cref="ClientNetwork"/>, an <see cref="ApiKey"/>.</typeparam>
/// <param name="most">Of one caller.</param>
public sealed class CallerCount<T>(int most)
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<T, int> _counts = [];

    /// <returns>False when the caller has the most already. After true comes <see cref="Leave"/>.</returns>
    public bool TryEnter(T caller)
    {
        lock (_gate)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, caller, out _);
            if (count >= most)
                return false;
            count++;
            return true;
        }
    }

    public void Leave(T caller)
    {
        lock (_gate)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, caller) == 0)
                _counts.Remove(caller);
        }
    }
}
