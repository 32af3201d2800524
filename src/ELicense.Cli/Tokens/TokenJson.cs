using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>A library and the tokens in its slots.</summary>
/// <param name="Code">Why it shows none; null when it answered.</param>
internal sealed record ModuleDocument(string Module, string Profile, string? Code, string? Message, IReadOnlyList<TokenDocument> Tokens);

/// <summary>A token as it shows itself without a login.</summary>
/// <param name="Pin">not-set, good, count-low (a wrong one was given), final-try, locked.</param>
/// <param name="Objects">Public ones; null where the token was not asked.</param>
internal sealed record TokenDocument(
    ulong Slot, string Label, string Serial, string Manufacturer, string Model, bool Initialized, bool WriteProtected, string Pin, string SoPin, IReadOnlyList<ObjectDocument>? Objects)
{
    public static TokenDocument Of(TokenInfo token, IReadOnlyList<TokenObject>? objects) => new(
        token.Slot, token.Label, token.Serial, token.Manufacturer, token.Model, token.Initialized, token.WriteProtected,
        token.HasPin ? State(token.HolderPin) : "not-set", token.Initialized ? State(token.SecurityOfficerPin) : "not-set",
        objects is null ? null : [.. objects.OrderBy(found => found.Kind).ThenBy(found => found.Label, StringComparer.Ordinal).Select(ObjectDocument.Of)]);

    private static string State(PinTries tries) => tries switch
    {
        { Locked: true } => "locked",
        { FinalTry: true } => "final-try",
        { CountLow: true } => "count-low",
        _ => "good",
    };
}

/// <param name="Class">data, certificate, public-key, private-key, other.</param>
/// <param name="Id">CKA_ID in hexadecimal.</param>
internal sealed record ObjectDocument(string Class, string Label, string Id, string? Application, int Bytes)
{
    public static ObjectDocument Of(TokenObject found) => new(
        JsonNamingPolicy.KebabCaseLower.ConvertName(found.Kind.ToString()), found.Label, Convert.ToHexStringLower(found.Id.Span), found.Application, found.Value.Length);
}

/// <summary>What was looked at closely.</summary>
internal sealed record InspectionDocument(TokenDocument Token, IReadOnlyList<CertificateOnToken> Certificates, IReadOnlyList<LicenseOnToken> Licenses);

/// <param name="Key">on-token, public-half (the private one shows itself after a login), missing, id-differs (the key has another CKA_ID).</param>
/// <param name="Verdict">As elicense verify --json; null without --trust.</param>
internal sealed record CertificateOnToken(
    string Label, string Id, string Subject, string Issuer, string Serial, DateTimeOffset From, DateTimeOffset To, string Key, JsonElement? Verdict);

internal sealed record LicenseOnToken(string Label, int Bytes, JsonElement? Verdict);

/// <param name="Type">typ of the COSE_Sign1.</param>
/// <param name="Message">Base64url; null when it went to a file.</param>
internal sealed record SignedDocument(string Type, string CertificateSerial, int Bytes, string? File, string? Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<ModuleDocument>))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(InspectionDocument))]
[JsonSerializable(typeof(SignedDocument))]
internal sealed partial class TokenJson : JsonSerializerContext;
