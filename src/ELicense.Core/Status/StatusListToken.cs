using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Status;

/// <summary>What a Status List Token states (Token Status List 5.1, 5.2), as CWT and as JWT claims; the signature is put around it elsewhere.</summary>
/// <param name="Uri">sub: where the list is published, e.g. https://host/publication/status/licenses/0.</param>
/// <param name="IssuedAt">iat, seconds.</param>
/// <param name="ExpiresAt">exp, seconds.</param>
/// <param name="TimeToLive">ttl, seconds.</param>
/// <param name="LogSize">Private claim: the log size that the list reflects (CWT key -65538, JWT elicense_log_size).</param>
public sealed record StatusListToken(string Uri, long IssuedAt, long ExpiresAt, long TimeToLive, long LogSize, StatusList List)
{
    public const string CwtType = "application/statuslist+cwt";
    public const string JwtType = "statuslist+jwt";
    public const int MaxBytes = 1024 * 1024;

    public byte[] EncodeCwtClaims() => throw new NotImplementedException();

    public static bool TryDecodeCwtClaims(ReadOnlyMemory<byte> claims, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>UTF-8 JSON, the JWS payload.</summary>
    public byte[] EncodeJwtClaims() => throw new NotImplementedException();

    public static bool TryDecodeJwtClaims(ReadOnlyMemory<byte> json, int length, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal) => throw new NotImplementedException();
}
