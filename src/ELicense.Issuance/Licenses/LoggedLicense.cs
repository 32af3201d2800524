using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Licenses;

/// <summary>A signed license with its place in the log; only this may be released.</summary>
internal sealed class LoggedLicense
{
    private LoggedLicense(SignedLicense signed, long position)
    {
        Signed = signed;
        Position = position;
    }

    public SignedLicense Signed { get; }

    public long Position { get; }

    /// <summary>The entry names the digest of the Sig_structure: two valid signatures of one statement are one statement.</summary>
    public static LoggedLicense Log(SignedLicense signed, long position, long timeMs, out LogEntry entry)
    {
        var claims = signed.Prepared.Claims;
        entry = new LogEntry(
            LogEntryKind.LicenseIssued, timeMs, new EnterpriseSubject(claims.CreditCode), claims.List, claims.Index, Standing.Valid, 0, signed.Statement);
        return new LoggedLicense(signed, position);
    }

    public ReleasedLicense Release(AuthoritySettings settings) =>
        Describe(settings, Signed.Prepared.Claims, Position, Signed.Prepared.Document, Signed.Token);

    internal static ReleasedLicense Describe(AuthoritySettings settings, LicenseToken claims, long position, byte[] document, byte[] token) => new(
        claims.Number, claims.Version,
        new LicenseIdentifier(
            settings.IdentifierRoot, LicenseIdentifier.BusinessLicenseType, settings.IdentifierIssuer, $"{claims.Number.Authority:D4}{claims.Number.Serial:D10}", claims.Version),
        claims.CreditCode, claims.Name, claims.List, claims.Index, position, document, token);
}
