using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.BlackLists;

/// <summary>The black list of one authority for others (docs/matters.md, Exchange): a JWS by its exchange key. A newer file replaces an older one as a whole.</summary>
/// <param name="Issued">Seconds since 1970.</param>
/// <param name="PersonKey">Of the marks; null when no person is listed.</param>
public sealed record ExchangeFile(string Origin, long Issued, KeyId? PersonKey, IReadOnlyList<BlackListEntry> Entries)
{
    public const string Type = "elicense-exchange+jws";
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int Format = 1;
    private const long MaxIssued = 253_402_300_799; // the last second of 9999
    private const string Day = "yyyy-MM-dd";

    public string Sign(SigningKey exchange)
    {
        var entries = Entries.Select(entry => new ExchangeEntryJson(
            entry.Enterprise?.Value, entry.Person?.ToString(), entry.Ground, entry.Until?.ToString(Day, CultureInfo.InvariantCulture)));
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new ExchangeJson(Format, Origin, Issued, PersonKey?.ToString(), [.. entries]), ExchangeJsonContext.Strict.ExchangeJson);
        return Jws.Sign(exchange, Type, json);
    }

    /// <summary>
    /// Believes nothing but an exchange key that the other authority's trust card has in force.
    /// Codes: too-large, malformed, unknown-format, key-unknown, key-role, signature-invalid, exchange-origin, black-list-entry, those of a credit code.
    /// </summary>
    /// <param name="trust">The other authority's, verified.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> bytes, VerifiedTrust trust, DateTimeOffset now, [NotNullWhen(true)] out ExchangeFile? file, out Refusal refusal)
    {
        file = null;
        if (!Jws.TryParse(bytes, MaxBytes, out var jws, out refusal))
            return false;
        if (jws.Type != Type)
            refusal = new Refusal(Codes.UnknownFormat, $"A file of type {jws.Type}, not {Type}.");
        else if (trust.Find(jws.Kid, KeyRole.Exchange, out var entry) is not { } key)
            refusal = new Refusal(entry is null ? Codes.KeyUnknown : Codes.KeyRole, $"Key {jws.Kid} is no exchange key of {trust.Card.Origin}.");
        else if (entry!.From > now.ToUnixTimeSeconds() || entry.To < now.ToUnixTimeSeconds())
            refusal = new Refusal(Codes.KeyPeriod, $"Key {jws.Kid} is not in force.");
        else if (!jws.IsSignedBy(key))
            refusal = new Refusal(Codes.SignatureInvalid, "The file's signature is not right.");
        else if (TryDecodeJson(jws.Payload.Span, out var read, out refusal))
        {
            if (read.Origin == trust.Card.Origin)
                file = read;
            else
                refusal = new Refusal(Codes.ExchangeOrigin, $"The file is of {read.Origin}, its key of {trust.Card.Origin}.");
        }

        return file is not null;
    }

    internal static bool TryDecodeJson(ReadOnlySpan<byte> json, [NotNullWhen(true)] out ExchangeFile? file, out Refusal refusal)
    {
        file = null;
        refusal = new Refusal(Codes.Malformed, "not the JSON of an exchange file");
        ExchangeJson? read;
        try
        {
            read = JsonSerializer.Deserialize(json, ExchangeJsonContext.Strict.ExchangeJson);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return false;
        }
        if (read is not { Format: Format })
        {
            refusal = new Refusal(Codes.UnknownFormat, $"An exchange file has format {Format}.");
            return false;
        }

        if (read.Origin is null || read.Entries is null || read.Issued is < 0 or > MaxIssued)
            return false;
        var personKey = default(KeyId);
        if (read.PersonKey is not null && !KeyId.TryParse(read.PersonKey, out personKey))
            return false;
        var entries = new List<BlackListEntry>(read.Entries.Count);
        foreach (var entry in read.Entries)
        {
            if (!TryRead(entry, out var listed, ref refusal))
                return false;
            if (listed.Person is not null && read.PersonKey is null)
                return false;
            entries.Add(listed);
        }
        file = new ExchangeFile(read.Origin, read.Issued, read.PersonKey is null ? null : personKey, entries);
        refusal = default;
        return true;
    }

    private static bool TryRead(ExchangeEntryJson? json, [NotNullWhen(true)] out BlackListEntry? entry, ref Refusal refusal)
    {
        entry = null;
        if (json is null)
            return false;
        var (code, person, until) = (default(CreditCode), default(Digest), default(DateOnly));
        if (json.Uscc is not null && !CreditCode.TryParse(json.Uscc, out code, out var fault))
        {
            refusal = fault;
            return false;
        }
        if ((json.Person is not null && !Digest.TryParseHex(json.Person, out person))
            || (json.Until is not null && !DateOnly.TryParseExact(json.Until, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out until)))
            return false;
        var read = new BlackListEntry(json.Uscc is null ? null : code, json.Person is null ? null : person, json.Ground ?? "", json.Until is null ? null : until);
        if (read.Fault() is { } wrong)
        {
            refusal = wrong;
            return false;
        }
        entry = read;
        return true;
    }
}

internal sealed record ExchangeJson(int Format, string? Origin, long Issued, string? PersonKey, IReadOnlyList<ExchangeEntryJson?>? Entries);

internal sealed record ExchangeEntryJson(string? Uscc, string? Person, string? Ground, string? Until);

/// <summary>Strictly: no unknown or duplicate members; Chinese stays readable.</summary>
[JsonSerializable(typeof(ExchangeJson))]
internal sealed partial class ExchangeJsonContext : JsonSerializerContext
{
    public static ExchangeJsonContext Strict { get; } = new(new JsonSerializerOptions(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectRequiredConstructorParameters = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 4,
    });
}
