using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>A JWS in compact serialization (RFC 7515 3.1) with exactly the header members alg, kid, typ.</summary>
public sealed record Jws(string Algorithm, KeyId Kid, string Type, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> SigningInput)
{
    private const int MaxHeaderBytes = 256;

    private static readonly SearchValues<byte> Base64UrlAlphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>The signature is checked before it is given out.</summary>
    /// <returns>ASCII text of the compact serialization.</returns>
    /// <param name="type">Goes into the header as it is: printable ASCII without quotation mark and backslash.</param>
    public static string Sign(SigningKey key, string type, ReadOnlySpan<byte> payload)
    {
        if (!IsPlain(Encoding.UTF8.GetBytes(type)) || type.Contains('"', StringComparison.Ordinal))
            throw new ArgumentException($"'{type}' is not a plain media type.", nameof(type));
        var header = $$"""{"alg":"{{key.Suite.JoseName()}}","kid":"{{key.PublicKey.Kid}}","typ":"{{type}}"}""";
        var input = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(payload)}";
        var signed = Encoding.ASCII.GetBytes(input);
        var signature = key.Sign(signed);
        return key.PublicKey.Verify(signed, signature)
            ? $"{input}.{Base64Url.EncodeToString(signature)}"
            : throw new CryptographicException($"The signature of {key.PublicKey} is wrong.");
    }

    /// <summary>Base64url without padding and with zero spare bits only; the header's members as above, no crit. Codes: too-large, malformed, unknown-format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, int maxBytes, [NotNullWhen(true)] out Jws? jws, out Refusal refusal)
    {
        jws = null;
        if (ascii.Length > maxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"A JWS of {ascii.Length} bytes; at most {maxBytes} are read.");
            return false;
        }

        // RFC 7515 7.1: three parts.
        var firstDot = ascii.IndexOf((byte)'.');
        var lastDot = ascii.LastIndexOf((byte)'.');
        if (firstDot < 0 || lastDot == firstDot)
        {
            refusal = new Refusal(Codes.Malformed, "A compact JWS has three parts.");
            return false;
        }

        if (!TryDecodePart(ascii[..firstDot], out var header)
            || !TryDecodePart(ascii[(firstDot + 1)..lastDot], out var payload)
            || !TryDecodePart(ascii[(lastDot + 1)..], out var signature))
        {
            refusal = new Refusal(Codes.Malformed, "A part of the JWS is not canonical base64url without padding (RFC 7515 2).");
            return false;
        }

        if (signature.Length != Suites.SignatureSize)
        {
            refusal = new Refusal(Codes.Malformed, $"A signature of {signature.Length} bytes, not {Suites.SignatureSize}.");
            return false;
        }

        if (!TryReadHeader(header, out var algorithm, out var kid, out var type, out refusal))
            return false;
        jws = new Jws(algorithm, kid, type, payload, signature, ascii[..lastDot].ToArray());
        return true;
    }

    /// <summary>True when kid and algorithm are the key's and the signature is right.</summary>
    public bool IsSignedBy(VerificationKey key) =>
        Kid == key.Kid
        && string.Equals(Algorithm, key.Suite.JoseName(), StringComparison.Ordinal)
        && key.Verify(SigningInput.Span, Signature.Span);

    private static bool TryDecodePart(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];

        // The decoder of the library skips white space and padding; RFC 7515 2 has neither.
        if (text.ContainsAnyExcept(Base64UrlAlphabet) || text.Length % 4 == 1)
            return false;
        bytes = new byte[text.Length * 3 / 4];
        if (Base64Url.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length)
            return false;

        // Spare bits that are not zero would give two texts to one signature.
        return text.IsEmpty || Base64Url.EncodeToUtf8(bytes).AsSpan()[^1] == text[^1];
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> json, out string algorithm, out KeyId kid, out string type, out Refusal refusal)
    {
        (algorithm, kid, type) = ("", default, "");
        string? alg = null, kidText = null, typ = null;

        // Without escapes a member has one spelling only, and every string is valid text.
        if (json.Length > MaxHeaderBytes || !IsPlain(json))
        {
            refusal = new Refusal(Codes.Malformed, $"The JWS header is longer than {MaxHeaderBytes} bytes or not printable ASCII without escapes.");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("Not an object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A member met twice or unknown finds no empty place.
                ref var place = ref alg;
                if (reader.ValueTextEquals("kid"u8))
                    place = ref kidText;
                else if (reader.ValueTextEquals("typ"u8))
                    place = ref typ;
                else if (!reader.ValueTextEquals("alg"u8))
                    return Refuse(Codes.UnknownFormat, "The JWS header has a member other than alg, kid and typ.", out refusal);
                if (place is not null)
                    return Refuse(Codes.Malformed, "A member of the JWS header is repeated.", out refusal);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    return Refuse(Codes.Malformed, "A member of the JWS header is not a string.", out refusal);
                place = reader.GetString();
            }

            if (reader.Read())
                throw new JsonException("Bytes follow the object.");
        }
        catch (JsonException)
        {
            return Refuse(Codes.Malformed, "The JWS header is not a JSON object.", out refusal);
        }

        if (alg is not ("ES256" or "EdDSA"))
            return Refuse(Codes.UnknownFormat, "The JWS header's alg is neither ES256 nor EdDSA.", out refusal);
        if (!KeyId.TryParse(kidText, out kid) || kidText != kid.ToString())
            return Refuse(Codes.Malformed, "The JWS header's kid is not 16 lower-case hexadecimal digits.", out refusal);
        if (string.IsNullOrEmpty(typ))
            return Refuse(Codes.Malformed, "The JWS header has no typ.", out refusal);
        (algorithm, type, refusal) = (alg, typ, default);
        return true;
    }

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !text.Contains((byte)'\\');
}
