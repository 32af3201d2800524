using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;

namespace ELicense.Verification.Verdicts;

/// <summary>The contract's JSON of a verdict.</summary>
public static class VerdictJson
{
    /// <summary>Chinese stays readable; the answer is served as application/json and never pasted into HTML unescaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Checks that are made once are written once.
    private static readonly FrozenDictionary<Check, byte[]> Usual = LicenseChecks.Usual.ToFrozenDictionary<Check, Check, byte[]>(check => check, Encode, ReferenceEqualityComparer.Instance);

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _own;

    /// <summary>UTF-8, members in the contract's order, "certificate" when a certificate was judged, "presentation" when a license was presented; times as RFC 3339 in UTC, dates as YYYY-MM-DD.</summary>
    public static byte[] Write(Verdict verdict)
    {
        var (buffer, writer) = _own ??= OwnWriter();
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        Write(writer, verdict);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One verdict as a JSON object into a larger document.</summary>
    public static void Write(Utf8JsonWriter writer, Verdict verdict)
    {
        writer.WriteStartObject();
        WriteMembers(writer, verdict);
        writer.WriteEndObject();
    }

    /// <summary>Its members into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Verdict verdict)
    {
        writer.WriteString("verdict"u8, verdict.Value.ApiName());
        WriteChecks(writer, verdict.Checks);
        writer.WritePropertyName("license"u8);
        if (verdict.Token is { } token)
            WriteLicense(writer, verdict, token);
        else
            writer.WriteNullValue();
        if (verdict.Certificate is { } certificate)
            WriteCertificate(writer, certificate);
        if (verdict.Presentation is { } presentation)
            WritePresentation(writer, presentation);
        WriteStatus(writer, verdict);
    }

    private static void WriteChecks(Utf8JsonWriter writer, IReadOnlyList<Check> checks)
    {
        writer.WriteStartArray("checks"u8);
        for (var i = 0; i < checks.Count; i++)
        {
            if (Usual.TryGetValue(checks[i], out var json))
                writer.WriteRawValue(json, skipInputValidation: true);
            else
                WriteCheck(writer, checks[i]);
        }

        writer.WriteEndArray();
    }

    private static void WriteCheck(Utf8JsonWriter writer, Check check)
    {
        writer.WriteStartObject();
        writer.WriteString("check"u8, check.Name.ApiName());
        writer.WriteString("result"u8, check.Result.ApiName());
        writer.WriteString("code"u8, check.Code);
        writer.WriteString("detail"u8, check.Detail);
        writer.WriteEndObject();
    }

    private static byte[] Encode(Check check)
    {
        var (buffer, writer) = OwnWriter();
        using (writer)
            WriteCheck(writer, check);
        return buffer.WrittenSpan.ToArray();
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) OwnWriter()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        return (buffer, new Utf8JsonWriter(buffer, Options));
    }

    private static void WriteLicense(Utf8JsonWriter writer, Verdict verdict, LicenseToken token)
    {
        var face = verdict.Face;
        writer.WriteStartObject();
        writer.WriteString("licenseNumber"u8, token.Number.ToString());
        writer.WriteString("identifier"u8, verdict.Identifier?.ToString());
        writer.WriteNumber("version"u8, token.Version);
        writer.WriteString("uscc"u8, token.CreditCode.Value);
        writer.WriteString("name"u8, token.Name);
        writer.WriteString("kind"u8, token.Kind.ApiName());
        writer.WriteString("legalRepresentative"u8, token.Representative);
        writer.WriteString("registeredCapital"u8, face?.Capital?.ToString());
        WriteDate(writer, "establishedOn"u8, token.EstablishedOn);
        writer.WriteString("address"u8, face?.Address);
        writer.WriteString("businessScope"u8, face?.BusinessScope);
        writer.WriteString("registrationAuthority"u8, face?.OfficeName ?? verdict.OfficeName?.Chinese);
        WriteTime(writer, "issuedAt"u8, DateTimeOffset.FromUnixTimeSeconds(token.IssuedAt));
        if (token.ExpiresAt is { } end)
            WriteTime(writer, "expiresAt"u8, DateTimeOffset.FromUnixTimeSeconds(end));
        if (face is not null)
            WriteRestOfFace(writer, face);
        writer.WriteEndObject();
    }

    private static void WriteCertificate(Utf8JsonWriter writer, CertificateFacts certificate)
    {
        writer.WriteStartObject("certificate"u8);
        writer.WriteString("issuer"u8, certificate.Issuer?.ToString());
        writer.WriteString("serial"u8, certificate.Serial.Hex);
        writer.WriteString("uscc"u8, certificate.CreditCode?.Value);
        writer.WriteString("name"u8, certificate.Name);
        WriteTime(writer, "notBefore"u8, certificate.From);
        WriteTime(writer, "notAfter"u8, certificate.To);
        writer.WriteEndObject();
    }

    private static void WritePresentation(Utf8JsonWriter writer, PresentationFacts presentation)
    {
        writer.WriteStartObject("presentation"u8);
        writer.WriteString("audience"u8, presentation.Audience);
        WriteTime(writer, "issuedAt"u8, presentation.From);
        WriteTime(writer, "expiresAt"u8, presentation.To);
        writer.WriteEndObject();
    }

    private static void WriteRestOfFace(Utf8JsonWriter writer, Face face)
    {
        writer.WriteString("kindText"u8, face.KindText);
        WriteDate(writer, "approvedOn"u8, face.ApprovedOn);
        if (face.TermFrom is { } from)
            WriteDate(writer, "termFrom"u8, from);
        if (face.TermTo is { } to)
            WriteDate(writer, "termTo"u8, to);
        if (face.CompositionForm is { } form)
            writer.WriteString("compositionForm"u8, form);
    }

    /// <summary>The member "status" into an object that is open.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, Verdict verdict)
    {
        var status = verdict.Status;
        writer.WriteStartObject("status"u8);
        writer.WriteString("value"u8, status?.Value?.ApiName());
        WriteNumber(writer, "list"u8, status?.List);
        WriteNumber(writer, "index"u8, status?.Index);
        WriteTime(writer, "asOf"u8, status?.AsOf);
        WriteNumber(writer, "logSize"u8, status?.LogSize);
        if (status?.Since is { } since)
            WriteTime(writer, "since"u8, since);
        if (status?.ReasonCode is { } reason)
            writer.WriteString("reason"u8, reason);
        if (verdict.NewerVersion is { } newer)
            writer.WriteNumber("newerVersion"u8, newer);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    private static void WriteDate(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateOnly date) =>
        writer.WriteString(name, date.ToString("O", CultureInfo.InvariantCulture));

    // RFC 3339 5.6, whole seconds: YYYY-MM-DDThh:mm:ssZ.
    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } instant)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        _ = instant.UtcDateTime.TryFormat(text, out var seconds, "s", CultureInfo.InvariantCulture);
        text[seconds] = (byte)'Z';
        writer.WriteString(name, text);
    }
}
