using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Receipts;

/// <summary>
/// What the API answered to <c>?at=TIME</c> (docs/verification.md, What was on a day), judged with nothing but a trust card from elsewhere. Nobody signed it: what the log says is proven, the face of
/// the license and the period are not.
/// </summary>
/// <param name="Answer">As the API gave it.</param>
/// <param name="CheckpointTime">Until when the log reaches that proves it.</param>
public sealed record PastAnswer(JsonElement Answer, LoggedStanding Logged, DateTimeOffset CheckpointTime)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Whether this may be one: a JSON object with an instant and a proof.</summary>
    public static bool IsMeant(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("at"u8, out _) && document.RootElement.TryGetProperty("log"u8, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Codes: malformed; checkpoint-signature, receipt-proof (the entries are not in the log, do not reach the instant, or do not say what the answer says).</summary>
    /// <param name="json">UTF-8, of <c>/api/v1/licenses/{uscc}?at=</c> or <c>…/status?at=</c>.</param>
    public static bool TryVerify(ReadOnlyMemory<byte> json, VerifiedTrust trust, DateTimeOffset now, [NotNullWhen(true)] out PastAnswer? answer, out Refusal refusal)
    {
        answer = null;
        if (!TryRead(json, out var read, out var logged, out refusal))
            return false;
        refusal = logged.Judge(trust, now, out var time) ?? (logged.At > time
            ? LoggedStanding.NotProven($"The log reaches until {time:u}; the answer is about {logged.At:u}.")
            : default);
        answer = refusal.Code is null ? new PastAnswer(read, logged, time) : null;
        return answer is not null;
    }

    private static bool TryRead(ReadOnlyMemory<byte> json, out JsonElement read, [NotNullWhen(true)] out LoggedStanding? logged, out Refusal refusal)
    {
        (read, logged, refusal) = (default, null, default);
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            read = document.RootElement.Clone();
            var named = read.TryGetProperty("uscc"u8, out var own) ? own : read.GetProperty("license"u8).GetProperty("uscc"u8);
            var at = DateTimeOffset.Parse(read.GetProperty("at"u8).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            logged = LoggedStanding.Read(named.GetString(), read, at, read.GetProperty("log"u8));
            return true;
        }
        // The accessors of JsonElement throw these for a member that is missing, of another type or out of range.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            refusal = new Refusal(Codes.Malformed, $"Not an answer about the past: {e.Message}");
            return false;
        }
    }
}
