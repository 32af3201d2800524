using System.Collections.Frozen;

namespace ELicense.Issuance.People;

/// <summary>The offices (登记机关) of an authority: one province, its cities, their counties.</summary>
public sealed class OfficeTree
{
    private const int Levels = 3;

    private readonly FrozenDictionary<int, int?> _parents;

    /// <param name="parents">Each office's number and that of the office above it; the province has none.</param>
    /// <exception cref="ArgumentException">An office above is unknown, or there are more than three levels.</exception>
    public OfficeTree(IReadOnlyDictionary<int, int?> parents)
    {
        _parents = parents.ToFrozenDictionary();
        foreach (var office in _parents.Keys)
        {
            if (Up(office).Take(Levels + 1).Count() > Levels)
                throw new ArgumentException($"Office {office} is more than {Levels} levels down.", nameof(parents));
        }
    }

    /// <summary>The office above all others: the province.</summary>
    public int Top => Offices.First(office => _parents[office] is null);

    public IEnumerable<int> Offices => _parents.Keys.Order();

    public bool Contains(int office) => _parents.ContainsKey(office);

    public int? Parent(int office) => _parents[office];

    /// <summary>1 province, 2 city, 3 county.</summary>
    public int Level(int office) => Up(office).Count();

    /// <summary>Whether an office is another one or lies below it.</summary>
    public bool IsWithin(int office, int above) => _parents.ContainsKey(office) && Up(office).Contains(above);

    private IEnumerable<int> Up(int office)
    {
        for (int? at = office; at is { } number;)
        {
            yield return number;
            at = _parents.TryGetValue(number, out var parent) ? parent : throw new ArgumentException($"There is no office {number}.");
        }
    }
}
