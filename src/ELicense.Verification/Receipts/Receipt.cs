using System.Buffers;
using System.Text.Json;
using ELicense.Core.Enterprises;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Receipts;

/// <summary>A verdict as a statement that somebody keeps: what was said, of whom, for which instant, and the log entries that it stood on (docs/formats.md, Receipt).</summary>
/// <param name="Issued">When it was said, whole seconds.</param>
/// <param name="Verdict">The verdict's JSON, as the API gives it.</param>
/// <param name="Logged">What it says of the log, for which instant.</param>
/// <param name="Certificate">DER, of the delegate that signed it. It proves nothing by being here.</param>
public sealed record Receipt(DateTimeOffset Issued, int Authority, string Origin, JsonElement Verdict, LoggedStanding Logged, ReadOnlyMemory<byte> Certificate)
{
    /// <summary>typ of the JWS.</summary>
    public const string Type = "elicense-receipt+jws";

    /// <summary>Of <see cref="Core.Trust.Delegation"/>.</summary>
    public const string Role = "receipt";

    /// <summary>Of the whole JWS.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The payload of a receipt on a license that the log names.</summary>
    public static byte[] Write(Publication.PublicationView view, CreditCode code, Verdict verdict, DateTimeOffset issued, DateTimeOffset at, LogProof log, ReadOnlySpan<byte> certificate)
    {
        var card = view.Trust.Card;
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, VerdictJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, ReceiptReader.Version);
            writer.WriteNumber("issued"u8, issued.ToUnixTimeSeconds());
            writer.WriteNumber("at"u8, at.ToUnixTimeSeconds());
            writer.WriteNumber("authority"u8, card.AuthorityNumber);
            writer.WriteString("origin"u8, card.Origin);
            writer.WriteString("uscc"u8, code.Value);
            writer.WritePropertyName("verdict"u8);
            VerdictJson.Write(writer, verdict);
            log.Write(writer);
            writer.WriteBase64String("certificate"u8, certificate);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
