using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Authority;

namespace ELicense.Cli.Officers;

/// <summary>application/problem+json as the door writes it.</summary>
internal sealed record ProblemAnswer(string? Code, string? Reason);

/// <summary>A line of a batch's results.</summary>
/// <param name="State">rejected, unchanged; applied, approved, done, refused, cancelled.</param>
internal sealed record ResultLine(long Row, string State, string? Code, string? Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(ResultLine))]
[JsonSerializable(typeof(OfficerDocument))]
[JsonSerializable(typeof(BatchDocument))]
[JsonSerializable(typeof(BatchPage))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(ApplicationRequest))]
[JsonSerializable(typeof(ApplicationDocument))]
[JsonSerializable(typeof(RegisterDocument))]
[JsonSerializable(typeof(OfficeList))]
[JsonSerializable(typeof(CertificateRequestBody))]
[JsonSerializable(typeof(ConfirmationBody))]
[JsonSerializable(typeof(CertificateAnswer))]
[JsonSerializable(typeof(ClockDocument))]
[JsonSerializable(typeof(ClockRequest))]
internal sealed partial class OfficersJson : JsonSerializerContext;
