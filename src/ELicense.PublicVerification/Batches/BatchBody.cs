using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using ELicense.Core;

namespace ELicense.PublicVerification.Batches;

/// <summary>{"artefacts":["…", …]} as it came, and where in it each text stands: what is kept of a batch is its body and eight bytes an artefact.</summary>
internal sealed class BatchBody
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 2 };

    private readonly ReadOnlyMemory<byte> _json;
    private readonly List<(int Start, int Length)> _texts;

    private BatchBody(ReadOnlyMemory<byte> json, List<(int Start, int Length)> texts) => (_json, _texts) = (json, texts);

    public int Count => _texts.Count;

    /// <summary>Text of one artefact.</summary>
    public string this[int index]
    {
        get
        {
            var reader = new Utf8JsonReader(_json.Span.Slice(_texts[index].Start, _texts[index].Length));
            reader.Read();
            return reader.GetString()!;
        }
    }

    /// <summary>Codes: malformed, batch-limit.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, int limit, [NotNullWhen(true)] out BatchBody? body, out Refusal refusal)
    {
        (body, refusal) = (null, new Refusal(Codes.Malformed, "The body is a JSON object with the one member \"artefacts\", an array of texts."));
        var texts = new List<(int Start, int Length)>();
        try
        {
            var reader = new Utf8JsonReader(json.Span, Options);
            if (!Utf8.IsValid(json.Span)
                || !Next(ref reader, JsonTokenType.StartObject)
                || !Next(ref reader, JsonTokenType.PropertyName) || !reader.ValueTextEquals("artefacts"u8)
                || !Next(ref reader, JsonTokenType.StartArray))
                return false;
            while (Next(ref reader, JsonTokenType.String))
            {
                if (texts.Count == limit)
                {
                    refusal = new Refusal(Codes.BatchLimit, $"At most {limit} artefacts are taken in a batch.");
                    return false;
                }

                // Escapes may make lone surrogates: GetString refuses them.
                if (reader.ValueIsEscaped)
                    _ = reader.GetString();
                texts.Add(((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex)));
            }

            if (reader.TokenType != JsonTokenType.EndArray || !Next(ref reader, JsonTokenType.EndObject) || reader.Read())
                return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        (body, refusal) = (new BatchBody(json, texts), default);
        return true;
    }

    private static bool Next(ref Utf8JsonReader reader, JsonTokenType expected) => reader.Read() && reader.TokenType == expected;
}
