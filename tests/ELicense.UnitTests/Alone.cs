using Xunit;

namespace ELicense.UnitTests;

/// <summary>Tests that look at what the whole process holds: they run after the others, one by one.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
