using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ELicense.Core.Tokens;

namespace ELicense.Core.Trust;

/// <summary>How what the authority signs in JSON is read and written: strictly, bounded, without reflection.</summary>
[JsonSerializable(typeof(TrustCardJson))]
[JsonSerializable(typeof(OfficesJson))]
[JsonSerializable(typeof(FilingAnswerJson))]
internal sealed partial class TrustJson : JsonSerializerContext
{
    // Card, keys, key, jwk, and the writer counts the value in it.
    private const int Depth = 5;

    /// <summary>No unknown or duplicate members, none missing, none null; Chinese stays readable, since this JSON never stands in HTML.</summary>
    public static TrustJson Strict { get; } = new(new JsonSerializerOptions(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = Depth,
    });

    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    public static bool TryRead<T>(ReadOnlySpan<byte> json, int maxBytes, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, out Refusal refusal)
        where T : class
    {
        value = null;
        if (json.Length > maxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"{json.Length} bytes, at most {maxBytes} are read");
            return false;
        }
        refusal = new Refusal(Codes.Malformed, "not the JSON of this format");
        if (!Utf8.IsValid(json))
            return false;
        try
        {
            value = JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException unreadable)
        {
            // The exception's message repeats foreign text; where it is says enough.
            refusal = new Refusal(Codes.Malformed, string.Create(
                CultureInfo.InvariantCulture, $"not the JSON of this format, near line {unreadable.LineNumber + 1}, byte {unreadable.BytePositionInLine}"));
        }
        if (value is not null)
            refusal = default;
        return value is not null;
    }
}

internal sealed record OfficesJson(long Version, long Issued, int Authority, IReadOnlyList<OfficeJson?> Offices);

internal sealed record OfficeJson(int Number, BilingualJson Name);

internal sealed record BilingualJson(string Zh, string En)
{
    public static BilingualJson From(BilingualText text) => new(text.Chinese, text.English);

    public BilingualText ToText() => new(Zh, En);
}
