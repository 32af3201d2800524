using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.Cli.Demo;

/// <summary>What the demo did: the JSON of the contract.</summary>
internal sealed record DemoReport(
    IReadOnlyList<DemoLicense> Licenses, IReadOnlyList<DemoRejection> Rejected, DemoBadge? Badge, DemoUrls Urls, DemoVerdicts? Verdicts, string Data);

/// <param name="File">Path of the .elic file.</param>
internal sealed record DemoLicense(string Uscc, string Name, string LicenseNumber, string Identifier, string Token, string QrText, string File);

/// <param name="Row">1 is the first record after the header.</param>
internal sealed record DemoRejection(long Row, string Code, string Message);

internal sealed record DemoBadge(string Id, string SvgUrl, string PageUrl);

internal sealed record DemoUrls(string Public, string Shop, string ShopCopy, string? Authority = null, string? Login = null, string? Portal = null);

/// <summary>Verdicts as the verification API gave them over HTTP, before and after the revocation.</summary>
internal sealed record DemoVerdicts(JsonElement Before, JsonElement After);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
