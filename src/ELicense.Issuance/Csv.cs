namespace ELicense.Issuance;

/// <summary>Tables for spreadsheets.</summary>
public static class Csv
{
    /// <summary>One record of RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    public static void WriteRecord(TextWriter writer, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                writer.Write(',');
            writer.Write(Cell(cells[i]));
        }

        writer.Write("\r\n");
    }

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // OWASP, CSV injection: these begin a formula, or what a spreadsheet strips before one.
        var safe = "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny("\",\r\n") ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }
}
