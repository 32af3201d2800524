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

    // RFC 8392 3.1: aud, exp, iat, cti.
    private const int AudienceClaim = 3;
    private const int ExpiresClaim = 4;
    private const int IssuedClaim = 6;
    private const int IdClaim = 7;
    private const int PresentationClaim = -65538;
    private const int Format = 1;

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
}
