using System.Globalization;
using Xunit;

namespace ELicense.UnitTests.Docs;

/// <summary>Two migrations of one number, as two branches may bring them, would keep every register from opening.</summary>
public sealed class MigrationNumbersTests
{
    [Fact]
    public void Migrations_are_numbered_without_doubles_or_gaps()
    {
        var files = Directory.GetFiles(Path.Combine(FormatsDocument.RepositoryRoot, "src", "ELicense.Issuance", "Store", "Migrations"), "*.sql").Select(Path.GetFileName);

        // 004-audit.sql is a migration; 004-audit.sqlite.sql is a database's own part of it.
        var numbers = files.Where(file => file!.Count(c => c == '.') == 1).Select(file => int.Parse(file![..3], CultureInfo.InvariantCulture)).Order().ToList();

        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }
}
