using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Enterprises;

namespace ELicense.Portal.Filings;

/// <summary>An application in the officers' JSON (docs/authority.md).</summary>
internal sealed record FiledApplication(string Type, string LicenseNumber, int Version)
{
    private static readonly FiledJson Json = new(new JsonSerializerOptions(FiledJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public EnterpriseDraft? Enterprise { get; init; }

    public FiledReport? AnnualReport { get; init; }

    public FiledCertificate? Certificate { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, Json.FiledApplication);
}

/// <param name="TotalAssets">In fen; null: the enterprise keeps it to itself.</param>
internal sealed record FiledReport(int Year, string Contact, int Employees, long? TotalAssets);

/// <param name="Issuer">Key of the CA: 16 hexadecimal digits.</param>
/// <param name="Serial">Lower-case hexadecimal.</param>
internal sealed record FiledCertificate(string Issuer, string Serial);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FiledApplication))]
internal sealed partial class FiledJson : JsonSerializerContext;
