using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ELicense.Core.Status;

/// <summary>Claims of a Status List Token as JSON (Token Status List 5.1), with the private claim elicense_log_size.</summary>
internal static class StatusListJwt
{
    private const string SubClaim = "sub";
    private const string IatClaim = "iat";
    private const string ExpClaim = "exp";
    private const string TtlClaim = "ttl";
    private const string LogSizeClaim = "elicense_log_size";
    private const string StatusListClaim = "status_list";
    private const string BitsMember = "bits";
    private const string LstMember = "lst";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static byte[] Encode(StatusListToken token)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString(SubClaim, token.Uri);
            writer.WriteNumber(IatClaim, token.IssuedAt);
            writer.WriteNumber(ExpClaim, token.ExpiresAt);
            writer.WriteNumber(TtlClaim, token.TimeToLive);
            writer.WriteNumber(LogSizeClaim, token.LogSize);
            writer.WriteStartObject(StatusListClaim);
            writer.WriteNumber(BitsMember, StatusList.Bits);
            writer.WriteString(LstMember, Base64Url.EncodeToString(token.List.Compress()));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    public static bool TryDecode(ReadOnlyMemory<byte> json, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal)
    {
        token = null;
        if (json.Length > StatusListToken.MaxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"{json.Length} bytes, at most {StatusListToken.MaxBytes} are read");
            return false;
        }

        refusal = new Refusal(Codes.Malformed, "not a JSON object with sub, iat, exp, ttl, elicense_log_size and status_list of 4 bits");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return TryRead(document.RootElement, length, out token, ref refusal);
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            // The latter for a name or text with an escaped half of a surrogate pair.
            return false;
        }
    }

    private static bool TryRead(JsonElement claims, int length, [NotNullWhen(true)] out StatusListToken? token, ref Refusal refusal)
    {
        token = null;
        if (claims.ValueKind != JsonValueKind.Object
            || !TryText(claims, SubClaim, out var uri)
            || !TryNumber(claims, IatClaim, out var issued)
            || !TryNumber(claims, ExpClaim, out var expires)
            || !TryNumber(claims, TtlClaim, out var ttl)
            || !TryNumber(claims, LogSizeClaim, out var logSize)
            || !claims.TryGetProperty(StatusListClaim, out var status) || status.ValueKind != JsonValueKind.Object
            || !TryNumber(status, BitsMember, out var bits) || bits != StatusList.Bits
            || !TryText(status, LstMember, out var text) || !TryBase64Url(text, out var lst))
            return false;
        if (!StatusList.TryInflate(lst, length, out var list, out var fault))
        {
            refusal = fault;
            return false;
        }

        var read = new StatusListToken(uri, issued, expires, ttl, logSize, list);
        if (read.Fault() is { } outOfBounds)
        {
            refusal = outOfBounds;
            return false;
        }

        refusal = default;
        token = read;
        return true;
    }

    private static bool TryText(JsonElement parent, string name, out string text)
    {
        text = "";
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString()!;
        return true;
    }

    private static bool TryNumber(JsonElement parent, string name, out long number)
    {
        number = 0;
        return parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    // RFC 7515 2: without padding, white space or other characters, all of which would make the text longer than the bytes ask for.
    private static bool TryBase64Url(string text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text, out var length) || text.Length != Base64Url.GetEncodedLength(length))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}
