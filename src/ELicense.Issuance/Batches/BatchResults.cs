using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.Issuance.Batches;

/// <summary>The rows of a batch and what became of each, as files.</summary>
public static class BatchResults
{
    /// <summary>CSV with a header.</summary>
    /// <param name="withHeader">False for what follows a part that had it.</param>
    public static void WriteCsv(IEnumerable<BatchRow> rows, TextWriter writer, bool withHeader = true)
    {
        if (withHeader)
            Csv.WriteRecord(writer, "row", "outcome", "state", "creditCode", "licenseNumber", "code", "message");
        foreach (var row in rows)
        {
            Csv.WriteRecord(
                writer, row.Row.ToString(CultureInfo.InvariantCulture), row.Outcome.ToString().ToLowerInvariant(), row.State, row.CreditCode, row.LicenseNumber,
                row.Refusal?.Code, row.Refusal?.Detail);
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
}

internal sealed record BatchRowLine(long Row, string Outcome, string State, string? CreditCode, string? LicenseNumber, string? Code, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRowLine))]
internal sealed partial class BatchJson : JsonSerializerContext;
