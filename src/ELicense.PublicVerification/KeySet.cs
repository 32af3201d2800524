using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification;

/// <summary>/.well-known/jwks.json: the keys whose signatures others meet, as JWKs (RFC 7517, RFC 7518, RFC 8037). For convenience: trust begins with the root.</summary>
internal static class KeySet
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/.well-known/jwks.json", Serve).WithTags("Publication").WithName("keys").WithMetadata(WorkPrice.Kept).WithSummary("License, status, log and clock keys as JWKs.");

    private static IResult Serve(VerificationDesk desk) =>
        desk.Views.All is { Count: > 0 } views
            ? new TaggedContent(Write(views.SelectMany(view => view.Trust.Card.Keys)), "application/jwk-set+json", "public, max-age=300")
            : Problem.NotReady();

    private static byte[] Write(IEnumerable<TrustedKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var key in keys.Where(k => k.Role is KeyRole.License or KeyRole.Status or KeyRole.Log or KeyRole.Clock))
                Write(writer, key);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, TrustedKey key)
    {
        // Opening the card imported every key of it already.
        if (!VerificationKey.TryImport(key.SubjectPublicKeyInfo.Span, out var imported, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var raw = imported.RawKey.Span;
        writer.WriteStartObject();
        if (raw is [0x04, ..] && raw.Length == 65)
        {
            // RFC 7518 6.2.1; the point is uncompressed (SEC 1 2.3.3): 04, x, y.
            writer.WriteString("kty"u8, "EC"u8);
            writer.WriteString("crv"u8, "P-256"u8);
            writer.WriteString("x"u8, Base64Url.EncodeToString(raw[1..33]));
            writer.WriteString("y"u8, Base64Url.EncodeToString(raw[33..]));
        }
        else
        {
            // RFC 8037 2
            writer.WriteString("kty"u8, "OKP"u8);
            writer.WriteString("crv"u8, "Ed25519"u8);
            writer.WriteString("x"u8, Base64Url.EncodeToString(raw));
        }

        writer.WriteString("kid"u8, key.Kid.ToString());
        writer.WriteString("alg"u8, key.Algorithm);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteEndObject();
    }
}
