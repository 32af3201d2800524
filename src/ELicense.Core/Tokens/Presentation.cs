using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>出示: an enterprise shows its license to one audience now; signed by the key of its certificate, unlike a copy of the license.</summary>
/// <param name="Audience">Whom it is for, 1 to 200 characters: another one refuses it.</param>
/// <param name="IssuedAt">In seconds.</param>
/// <param name="ExpiresAt">In seconds; at most <see cref="LongestSeconds"/> later.</param>
/// <param name="Nonce">16 bytes that are not used twice.</param>
/// <param name="LicenseToken">The license token, as the authority signed it.</param>
public sealed record Presentation(string Audience, long IssuedAt, long ExpiresAt, ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> LicenseToken)
{
    public const string Type = "elicense-presentation+cose";
    public const int LongestSeconds = 120;
    public const int LongestAudience = 200;
    public const int NonceSize = 16;

    /// <summary>Upper bound of a whole message with its certificate, in bytes.</summary>
    public const int MaxBytes = 4096;

    private const int Depth = 2;

    // RFC 8392 3.1: aud, exp, iat, cti.
    private const byte AudienceClaim = 3;
    private const byte ExpiresClaim = 4;
    private const byte IssuedClaim = 6;
    private const byte IdClaim = 7;
    private const int PresentationClaim = -65538;
    private const int Format = 1;

    // 9999-12-31T23:59:59Z
    private const long LastSecond = 253_402_300_799;

    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    public byte[] EncodeClaims()
    {
        if (Audience.Length is 0 or > LongestAudience || ExpiresAt <= IssuedAt || ExpiresAt - IssuedAt > LongestSeconds || Nonce.Length != NonceSize)
            throw new InvalidOperationException($"A presentation is for an audience of 1 to {LongestAudience} characters and at most {LongestSeconds} s.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(5);
        writer.WriteInteger(AudienceClaim);
        writer.WriteText(Audience);
        writer.WriteInteger(ExpiresClaim);
        writer.WriteInteger(ExpiresAt);
        writer.WriteInteger(IssuedClaim);
        writer.WriteInteger(IssuedAt);
        writer.WriteInteger(IdClaim);
        writer.WriteBytes(Nonce.Span);
        writer.WriteInteger(PresentationClaim);
        writer.WriteArray(2);
        writer.WriteInteger(Format);
        writer.WriteBytes(LicenseToken.Span);
        return writer.ToArray();
    }

    /// <summary>Accepts exactly what <see cref="EncodeClaims"/> makes. Codes: too-large, too-deep, not-canonical, malformed, unknown-format.</summary>
    public static bool TryDecodeClaims(ReadOnlyMemory<byte> claims, [NotNullWhen(true)] out Presentation? presentation, out Refusal refusal)
    {
        presentation = null;
        if (!CanonicalCbor.Check(claims.Span, MaxBytes, Depth, out refusal))
            return false;
        refusal = new Refusal(Codes.Malformed, "not {3: audience, 4: expires, 6: issued, 7: 16 bytes, -65538: [1, license token]}");
        var reader = new CanonicalReader(claims.Span);
        if (!reader.TryReadExactly([0xA5, AudienceClaim]) || !reader.TryReadText(out string? audience)
            || !reader.TryReadExactly([ExpiresClaim]) || !reader.TryReadUnsigned(LastSecond, out var expires)
            || !reader.TryReadExactly([IssuedClaim]) || !reader.TryReadUnsigned(LastSecond, out var issued)
            || !reader.TryReadExactly([IdClaim]) || !reader.TryReadBytes(out var nonce)
            || !reader.TryReadInteger(out var claim) || claim != PresentationClaim || !reader.TryReadArray(2) || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return false;
        if (format != Format)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"presentation of format {format}, this reads format {Format}");
            return false;
        }

        if (!reader.TryReadBytes(out var token) || token.IsEmpty || reader.Remaining != 0 || nonce.Length != NonceSize || !PlainText.IsWithin(audience, LongestAudience)
            || expires <= issued || expires - issued > LongestSeconds)
            return false;
        presentation = new Presentation(audience, issued, expires, nonce.ToArray(), token.ToArray());
        refusal = default;
        return true;
    }
}
