using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>One payload under one or several signatures: the compact serialization of RFC 7515 7.1 for one, the general JSON serialization of 7.2.1 for several.</summary>
/// <param name="Signatures">One or more, each as if it stood alone; all have the payload and another key.</param>
public sealed record GeneralJws(IReadOnlyList<Jws> Signatures)
{
    public const int MostSignatures = 4;

    public ReadOnlyMemory<byte> Payload => Signatures[0].Payload;

    /// <param name="keys">One or more; every signature is checked before it is given out.</param>
    /// <returns>ASCII.</returns>
    public static byte[] Sign(IReadOnlyList<SigningKey> keys, string type, ReadOnlySpan<byte> payload)
    {
        var signed = new List<string[]>();
        foreach (var key in keys)
            signed.Add(Jws.Sign(key, type, payload).Split('.'));
        return signed.Count == 1
            ? Encoding.ASCII.GetBytes(string.Join('.', signed[0]))
            : JsonSerializer.SerializeToUtf8Bytes(
                new GeneralJwsJson(signed[0][1], [.. signed.Select(parts => new JwsSignatureJson(parts[0], parts[2]))]), GeneralJwsContext.Strict.GeneralJwsJson);
    }

    /// <summary>Either serialization. In JSON exactly the members payload, signatures, protected and signature; 2 to 4 signatures of different keys. Codes as <see cref="Jws.TryParse"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, int maxBytes, [NotNullWhen(true)] out GeneralJws? jws, out Refusal refusal)
    {
        jws = null;
        if (ascii is not [(byte)'{', ..])
        {
            jws = Jws.TryParse(ascii, maxBytes, out var only, out refusal) ? new GeneralJws([only]) : null;
            return jws is not null;
        }

        if (ascii.Length > maxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"A JWS of {ascii.Length} bytes; at most {maxBytes} are read.");
            return false;
        }

        refusal = new Refusal(Codes.Malformed, $"Not the JSON of a JWS with 2 to {MostSignatures} signatures (RFC 7515 7.2.1).");
        if (Read(ascii) is not { Signatures.Count: >= 2 and <= MostSignatures } read)
            return false;
        var signatures = new List<Jws>();
        foreach (var signature in read.Signatures)
        {
            if (signature is null || !Jws.TryParse(Encoding.UTF8.GetBytes($"{signature.Protected}.{read.Payload}.{signature.Signature}"), maxBytes, out var one, out refusal))
                return false;
            signatures.Add(one);
        }

        refusal = new Refusal(Codes.Malformed, "Two signatures by one key.");
        if (signatures.DistinctBy(signature => signature.Kid).Count() != signatures.Count)
            return false;
        jws = new GeneralJws(signatures);
        refusal = default;
        return true;
    }

    private static GeneralJwsJson? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, GeneralJwsContext.Strict.GeneralJwsJson);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}

internal sealed record GeneralJwsJson(string Payload, IReadOnlyList<JwsSignatureJson?> Signatures);

internal sealed record JwsSignatureJson(string Protected, string Signature);

[JsonSerializable(typeof(GeneralJwsJson))]
internal sealed partial class GeneralJwsContext : JsonSerializerContext
{
    public static GeneralJwsContext Strict { get; } = new(new JsonSerializerOptions(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });
}
