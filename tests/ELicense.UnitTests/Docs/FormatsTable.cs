namespace ELicense.UnitTests.Docs;

/// <summary>The tables of docs/formats.md.</summary>
public static class FormatsTable
{
    /// <summary>The cells of the first table under a heading, row by row, without its head, code marks removed.</summary>
    public static IReadOnlyList<string[]> Under(string heading)
    {
        var lines = File.ReadAllLines(FormatsDocument.Path);
        var at = Array.FindIndex(lines, line => line.StartsWith('#') && line.TrimStart('#').Trim() == heading);
        var table = at < 0 ? -1 : Array.FindIndex(lines, at, line => line.StartsWith('|'));
        if (table >= 0)
            return [.. lines[(table + 2)..].TakeWhile(line => line.StartsWith('|')).Select(Cells)];

        throw new InvalidOperationException($"No table under a heading '{heading}'.");
    }

    private static string[] Cells(string row) => [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim().Trim('`'))];
}
