using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>A status list of a publication whose signature and claims were right.</summary>
internal sealed record PublishedStatusList(string Path, int Number, StatusListToken Token)
{
    public const string Cwt = "cwt";
    public const string Jwt = "jwt";

    public const int MaxFileBytes = (StatusListToken.MaxBytes / 3 * 4) + 1024;

    /// <summary>Code status-mismatch for no list of the authority, codes of <see cref="TryOpen"/>; null with a default refusal: there is no such file.</summary>
    public static async Task<(PublishedStatusList? List, Refusal Refusal, string Path)> ReadAsync(
        PublicationSource source, VerifiedTrust trust, int list, string form, DateTimeOffset now, CancellationToken cancellation)
    {
        var isLicenses = trust.Card.LicenseLists.Contains(list);
        var path = $"status/{(isLicenses ? "licenses" : "certificates")}/{list}.{form}";
        if (await source.ReadAsync(path, MaxFileBytes, cancellation) is not { } bytes)
            return (null, default, path);
        var length = isLicenses ? StatusList.LicenseListLength : StatusList.CertificateListLength;
        var uri = $"{(isLicenses ? trust.Card.LicenseStatusBase : trust.Card.CertificateStatusBase)}/{list}";
        return TryOpen(bytes, form == Cwt, length, uri, trust, now, out var token, out var refusal)
            ? (new PublishedStatusList(path, list, token), default, path)
            : (null, refusal, path);
    }

    /// <summary>Codes: status-signature, malformed, key-period, key-log-size, status-mismatch (another list's), status-stale (expired).</summary>
    private static bool TryOpen(
        ReadOnlyMemory<byte> bytes, bool isCwt, int length, string uri, VerifiedTrust trust, DateTimeOffset now, [NotNullWhen(true)] out StatusListToken? token,
        out Refusal refusal)
    {
        if (!(isCwt ? TryOpenCwt(bytes, length, trust, out token, out var kid, out refusal) : TryOpenJwt(bytes, length, trust, out token, out kid, out refusal)))
            return false;
        trust.Find(kid, KeyRole.Status, out var entry);
        if (!VerifiedTrust.IsWithin(entry!, token.IssuedAt))
            refusal = new Refusal(Codes.KeyPeriod, "The list was signed outside its key's period.");
        else if (!entry!.IsGoodAt(token.LogSize - 1))
            refusal = new Refusal(Codes.KeyLogSize, $"The list states log size {token.LogSize}, for which key {kid} is not accepted.");
        // Token Status List 8.3: sub is the address that the list was asked for.
        else if (token.Uri != uri)
            refusal = new Refusal(Codes.StatusMismatch, $"The list says that it is {token.Uri}, not {uri}.");
        else if (token.ExpiresAt <= now.ToUnixTimeSeconds())
            refusal = new Refusal(Codes.StatusStale, $"The list expired at {DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt):u}.");
        return refusal.Code is null;
    }

    private static bool TryOpenCwt(
        ReadOnlyMemory<byte> bytes, int length, VerifiedTrust trust, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        (token, kid) = (null, default);
        if (!CoseSign1.TryDecode(bytes, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.CwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeCwtClaims(message.Payload, length, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private static bool TryOpenJwt(
        ReadOnlyMemory<byte> bytes, int length, VerifiedTrust trust, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        (token, kid) = (null, default);
        if (!Jws.TryParse(bytes.Span, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.JwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeJwtClaims(message.Payload, length, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private static Refusal NotSigned() => new(Codes.StatusSignature, "The list is not signed by the authority's status key.");
}
