using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;

namespace ELicense.UnitTests.Log;

/// <summary>The values of the worked examples in docs/formats.md.</summary>
internal static class LogExamples
{
    private static readonly long Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The bytes 00 to 1f.</summary>
    public static Digest Digest { get; } = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static CreditCode CreditCode { get; } =
        CreditCode.TryParse("91350100M000100Y43", out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());

    public static LogEntry LicenseIssued { get; } =
        new(LogEntryKind.LicenseIssued, Start, new EnterpriseSubject(CreditCode), 0, 5, Standing.Valid, 0, Digest);

    public static LogEntry LicenseSuspended { get; } =
        new(LogEntryKind.LicenseStatus, Start + 60_000, new EnterpriseSubject(CreditCode), 0, 5, Standing.Suspended, 0, null);

    public static LogEntry CertificateIssued { get; } = new(
        LogEntryKind.CertificateIssued, Start + 120_000,
        new CertificateSubject(new KeyId(0x0123456789abcdef), "5a0102030405060708090a0b0c0d0e0f10111213"), 0, 9, Standing.Valid, 0, Digest);

    public static LogEntry AuditHead { get; } = new(LogEntryKind.AuditHead, Start, null, 0, 0, Standing.Valid, 0, Digest);

    public static IReadOnlyList<LogEntry> Three { get; } = [LicenseIssued, LicenseSuspended, CertificateIssued];
}
