using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;

namespace ELicense.Core.Log;

public enum LogEntryKind
{
    LicenseIssued = 1,
    LicenseStatus = 2,
    CertificateIssued = 3,
    CertificateStatus = 4,
    AuditHead = 5,
}

/// <summary>Whom an entry is about.</summary>
public abstract record LogSubject;

public sealed record EnterpriseSubject(CreditCode CreditCode) : LogSubject;

/// <param name="SerialHex">Serial number of the certificate, big-endian without leading zero bytes, lower-case hexadecimal.</param>
public sealed record CertificateSubject(KeyId Issuer, string SerialHex) : LogSubject;

/// <summary>One fact of the transparency log: [1, kind, time, subject, list, index, status, reason, digest] (docs/formats.md, Log entry).</summary>
/// <param name="Kind">Numbers from 128 on never change standing and are kept but skipped; unknown ones below are refused (unknown-entry).</param>
/// <param name="TimeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Standing">Absolute, never a delta.</param>
public sealed record LogEntry(
    LogEntryKind Kind, long TimeMs, LogSubject? Subject, int List, int Index, Standing Standing, int Reason, Digest? Digest)
{
    public const int MaxBytes = 1024;
    public const int FirstSkippableKind = 128;

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LogEntry? entry, out Refusal refusal) => throw new NotImplementedException();
}
