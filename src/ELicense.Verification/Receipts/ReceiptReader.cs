using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ELicense.Core;

namespace ELicense.Verification.Receipts;

/// <summary>Reads a receipt's payload; nothing of it is believed yet.</summary>
internal static class ReceiptReader
{
    public const int Version = 1;

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
        var verdict = root.GetProperty("verdict"u8).Clone();
        var at = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("at"u8).GetInt64());
        return new Receipt(
            DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("issued"u8).GetInt64()), root.GetProperty("authority"u8).GetInt32(), root.GetProperty("origin"u8).GetString()!, verdict,
            LoggedStanding.Read(root.GetProperty("uscc"u8).GetString(), verdict, at, root.GetProperty("log"u8)), root.GetProperty("certificate"u8).GetBytesFromBase64());
    }
}
