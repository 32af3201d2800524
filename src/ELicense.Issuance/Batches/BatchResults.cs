using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.Issuance.Batches;

/// <summary>The rows of a batch and what became of each, as files.</summary>
public static class BatchResults
{
    /// <summary>RFC 4180 with a header. A cell that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    /// <param name="withHeader">False for what follows a part that had it.</param>
    public static void WriteCsv(IEnumerable<BatchRow> rows, TextWriter writer, bool withHeader = true)
    {
        if (withHeader)
            writer.Write("row,outcome,state,creditCode,licenseNumber,code,message\r\n");
        foreach (var row in rows)
        {
            writer.Write(FormattableString.Invariant($"{row.Row},{row.Outcome.ToString().ToLowerInvariant()},{row.State}"));
            foreach (var cell in (ReadOnlySpan<string?>)[row.CreditCode, row.LicenseNumber, row.Refusal?.Code, row.Refusal?.Detail])
            {
                writer.Write(',');
                writer.Write(Cell(cell));
            }

            writer.Write("\r\n");
        }
    }

    /// <summary>One JSON object a line.</summary>
    public static void WriteNdjson(IEnumerable<BatchRow> rows, TextWriter writer)
    {
        foreach (var row in rows)
        {
            var line = new BatchRowLine(
                row.Row, row.Outcome.ToString().ToLowerInvariant(), row.State, row.CreditCode, row.LicenseNumber, row.Refusal?.Code, row.Refusal?.Detail);
            writer.Write(JsonSerializer.Serialize(line, BatchJson.Default.BatchRowLine));
            writer.Write('\n');
        }
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

internal sealed record BatchRowLine(long Row, string Outcome, string State, string? CreditCode, string? LicenseNumber, string? Code, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRowLine))]
internal sealed partial class BatchJson : JsonSerializerContext;
