using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Ceremony;

/// <summary>One line of a transcript (docs/ceremony.md): what was done, asked and answered.</summary>
/// <param name="N">From 1.</param>
/// <param name="At">RFC 3339, UTC.</param>
/// <param name="After">SHA-256 of the line before, in hexadecimal; null on the first.</param>
internal sealed record TranscriptLine(int N, string At, string Act, IReadOnlyDictionary<string, string> Facts, string? After = null);

/// <summary>What the root signs at the end.</summary>
/// <param name="Lines">SHA-256 of each line, so that a changed, removed or added one can be named.</param>
internal sealed record TranscriptSeal(int Format, IReadOnlyList<string> Lines);

/// <summary>The lines of a ceremony as they come, each bound to the one before; a file of JSON lines that is flushed after each, so that a ceremony that was cut off has its lines too.</summary>
internal sealed class Transcript(string? file, TimeProvider clock)
{
    public const string Type = "elicense-ceremony+jws";
    public const int Format = 1;

    private readonly List<Digest> _hashes = [];

    public void Add(string act, params (string Name, string Value)[] facts)
    {
        var line = new TranscriptLine(
            _hashes.Count + 1, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), act,
            facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal), _hashes.Count == 0 ? null : _hashes[^1].ToString());
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, TranscriptJson.Strict.TranscriptLine);
        _hashes.Add(Digest.Of(bytes));
        if (file is null)
            return;
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write);
        stream.Write([.. bytes, (byte)'\n']);
        stream.Flush(flushToDisk: true);
    }

    /// <returns>The closing JWS by the root, or by both when the root changed.</returns>
    public byte[] Seal(IReadOnlyList<SigningKey> roots) => GeneralJws.Sign(
        roots, Type, JsonSerializer.SerializeToUtf8Bytes(new TranscriptSeal(Format, [.. _hashes.Select(hash => hash.ToString())]), TranscriptJson.Strict.TranscriptSeal));
}

[JsonSerializable(typeof(TranscriptLine))]
[JsonSerializable(typeof(TranscriptSeal))]
internal sealed partial class TranscriptJson : JsonSerializerContext
{
    /// <summary>Chinese stays readable: this JSON never stands in HTML.</summary>
    public static TranscriptJson Strict { get; } = new(new JsonSerializerOptions(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, shape);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}
