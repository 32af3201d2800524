using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Status;

/// <summary>What a Status List Token states (Token Status List 5.1, 5.2), as CWT and as JWT claims; the signature is put around it elsewhere.</summary>
/// <param name="Uri">sub: where the list is published, e.g. https://host/publication/status/licenses/0. Printable ASCII, at most 1,024 characters.</param>
/// <param name="IssuedAt">iat, seconds.</param>
/// <param name="ExpiresAt">exp, seconds, after iat.</param>
/// <param name="TimeToLive">ttl, seconds, at least 1.</param>
/// <param name="LogSize">Private claim: the log size that the list reflects (CWT key -65538, JWT elicense_log_size).</param>
public sealed record StatusListToken(string Uri, long IssuedAt, long ExpiresAt, long TimeToLive, long LogSize, StatusList List)
{
    public const string CwtType = "application/statuslist+cwt";
    public const string JwtType = "statuslist+jwt";
    public const int MaxBytes = 1024 * 1024;
    public const int MaxUriLength = 1024;

    // 9999-12-31T23:59:59Z
    internal const long LastSecond = 253_402_300_799;

    /// <summary>The claims as deterministic CBOR: the payload to sign.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    public byte[] EncodeCwtClaims() => StatusListCwt.Encode(Checked());

    /// <summary>Accepts exactly the claims that <see cref="EncodeCwtClaims"/> writes. Codes: too-large, too-deep, not-canonical, malformed.</summary>
    /// <param name="length">Entries that the list must have.</param>
    public static bool TryDecodeCwtClaims(ReadOnlyMemory<byte> claims, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal) =>
        StatusListCwt.TryDecode(claims, length, out token, out refusal);

    /// <summary>UTF-8 JSON, the JWS payload.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    public byte[] EncodeJwtClaims() => StatusListJwt.Encode(Checked());

    /// <summary>Wants all the claims that <see cref="EncodeJwtClaims"/> writes; others are passed over (RFC 7519 4). Codes: too-large, malformed.</summary>
    /// <param name="length">Entries that the list must have.</param>
    public static bool TryDecodeJwtClaims(ReadOnlyMemory<byte> json, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal) =>
        StatusListJwt.TryDecode(json, length, out token, out refusal);

    /// <summary>The first value that is out of its bounds; null when all are right.</summary>
    internal Refusal? Fault()
    {
        if (Uri.Length is 0 or > MaxUriLength || Uri.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return new Refusal(Codes.Malformed, $"a URI that is not 1 to {MaxUriLength} printable ASCII characters");
        if (IssuedAt is < 0 or > LastSecond || ExpiresAt <= IssuedAt || ExpiresAt > LastSecond)
            return new Refusal(Codes.Malformed, "times outside the years 1970 to 9999, or an end that is not after the beginning");
        if (TimeToLive is < 1 or > LastSecond)
            return new Refusal(Codes.Malformed, "a time to live that is not a positive number");
        return LogSize < 0 ? new Refusal(Codes.Malformed, "a negative log size") : null;
    }

    private StatusListToken Checked() =>
        Fault() is { } fault ? throw new InvalidOperationException($"A status list token cannot state this: {fault}.") : this;
}
