using System.Buffers;
using System.Text.Json;
using ELicense.Verification.Verdicts;

namespace ELicense.Display;

/// <summary>What a delegate signs about a badge, as payloads of JWS (docs/formats.md, Badge statement): whose site shows whose license, and in what standing that is now.</summary>
public static class BadgeStatement
{
    /// <summary>Of <see cref="Core.Trust.Delegation"/>.</summary>
    public const string Role = "badge";

    /// <summary>typ of the statement.</summary>
    public const string Type = "elicense-badge+jws";

    /// <summary>typ of the standing.</summary>
    public const string StandingType = "elicense-badge-standing+jws";

    private const int Version = 1;

    /// <summary>Of a statement about a page alone: who knows only the first version and would take the origin for all of it does not take this one at all.</summary>
    private const int PageVersion = 2;

    /// <param name="authority">Number of the authority whose license it is.</param>
    public static byte[] Write(Badge badge, string name, Verdict verdict, int authority, DateTimeOffset issued, DateTimeOffset expires) => Payload(badge.Path is null ? Version : PageVersion, badge, issued, expires, writer =>
    {
        writer.WriteNumber("authority"u8, authority);
        writer.WriteString("uscc"u8, badge.CreditCode.Value);
        writer.WriteString("identifier"u8, verdict.Identifier?.ToString());
        writer.WriteString("name"u8, name);
        writer.WriteString("origin"u8, badge.Origin.GetLeftPart(UriPartial.Authority));
        if (badge.Path is { } path)
            writer.WriteString("path"u8, path);
    });

    public static byte[] WriteStanding(Badge badge, Verdict verdict, DateTimeOffset issued, DateTimeOffset expires) => Payload(Version, badge, issued, expires, writer =>
    {
        writer.WriteString("standing"u8, verdict.Value.ApiName());
        if (verdict.Status is { AsOf: { } asOf, LogSize: { } logSize })
        {
            writer.WriteNumber("asOf"u8, asOf.ToUnixTimeSeconds());
            writer.WriteNumber("logSize"u8, logSize);
        }
    });

    private static byte[] Payload(int version, Badge badge, DateTimeOffset issued, DateTimeOffset expires, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, VerdictJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, version);
            writer.WriteString("id"u8, badge.Id);
            members(writer);
            writer.WriteNumber("issued"u8, issued.ToUnixTimeSeconds());
            writer.WriteNumber("expires"u8, expires.ToUnixTimeSeconds());
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
