namespace ELicense.Verification.Standings;

/// <summary>List and index as the one number that the look-up is sorted by.</summary>
internal readonly record struct Place(long Number)
{
    private const int IndexBits = 20;

    public Place(int list, int index) : this(((long)list << IndexBits) | (uint)index) { }

    public int List => (int)(Number >> IndexBits);

    public int Index => (int)(Number & ((1 << IndexBits) - 1));
}
