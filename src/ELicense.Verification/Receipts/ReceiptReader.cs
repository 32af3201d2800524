using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Receipts;

/// <summary>Reads a receipt's payload; nothing of it is believed yet.</summary>
internal static class ReceiptReader
{
    public const int Version = 1;

    private const int MostEntries = 2;
    private const int LongestPath = 63;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private static readonly string[] Members = ["version", "issued", "at", "authority", "origin", "uscc", "verdict", "log", "certificate"];

    /// <summary>Codes: malformed, unknown-format.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out Receipt? receipt, out Refusal refusal)
    {
        (receipt, refusal) = (null, default);
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            var root = document.RootElement;
            if (root.TryGetProperty("version"u8, out var version) && version.GetInt32() != Version)
            {
                refusal = new Refusal(Codes.UnknownFormat, $"A receipt of version {version}.");
                return false;
            }

            if (!root.EnumerateObject().Select(member => member.Name).SequenceEqual(Members))
                throw new JsonException($"A receipt has the members {string.Join(", ", Members)} in this order.");
            receipt = Read(root);
            return true;
        }
        // The accessors of JsonElement throw these for a member that is missing, of another type or out of range.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            refusal = new Refusal(Codes.Malformed, $"Not the payload of a receipt: {e.Message}");
            return false;
        }
    }

    private static Receipt Read(JsonElement root)
    {
        var status = root.GetProperty("verdict"u8).GetProperty("status"u8);
        var word = status.GetProperty("value"u8).GetString();
        if (!CreditCode.TryParse(root.GetProperty("uscc"u8).GetString(), out var code, out var refusal))
            throw new FormatException(refusal.Detail);
        return new Receipt(
            DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("issued"u8).GetInt64()), DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("at"u8).GetInt64()),
            root.GetProperty("authority"u8).GetInt32(), root.GetProperty("origin"u8).GetString()!, code, root.GetProperty("verdict"u8).Clone(),
            Enum.GetValues<Standing>().Single(standing => standing.ApiName() == word), status.GetProperty("list"u8).GetInt32(), status.GetProperty("index"u8).GetInt32(),
            ReadLog(root.GetProperty("log"u8)), root.GetProperty("certificate"u8).GetBytesFromBase64());
    }

    private static LogProof ReadLog(JsonElement log)
    {
        var entries = log.GetProperty("entries"u8);
        if (entries.GetArrayLength() is 0 or > MostEntries)
            throw new FormatException("A receipt has one or two entries.");
        return new LogProof(Encoding.UTF8.GetBytes(log.GetProperty("checkpoint"u8).GetString()!), [.. entries.EnumerateArray().Select(ReadEntry)]);
    }

    private static InclusionProof ReadEntry(JsonElement entry)
    {
        var path = entry.GetProperty("path"u8);
        if (path.GetArrayLength() > LongestPath)
            throw new FormatException("No tree is that high.");
        return new InclusionProof(
            entry.GetProperty("position"u8).GetInt64(), entry.GetProperty("entry"u8).GetBytesFromBase64(),
            [.. path.EnumerateArray().Select(hash => new Digest(hash.GetBytesFromBase64()))]);
    }
}
