using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Core.Tokens;

namespace ELicense.Core.Log;

/// <summary>What an entry of the log states; the numbers are those of its bytes.</summary>
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
/// <param name="Reason">0 or a number of the published table.</param>
/// <param name="Digest">Of what was issued, or the audit trail's head; null for a change of status.</param>
public sealed record LogEntry(
    LogEntryKind Kind, long TimeMs, LogSubject? Subject, int List, int Index, Standing Standing, int Reason, Digest? Digest)
{
    public const int MaxBytes = 1024;
    public const int FirstSkippableKind = 128;
    public const int MaxList = 9999;
    public const int MaxReason = 9999;

    private const int Format = 1;
    private const int Elements = 9;
    private const int MaxSerialBytes = 20; // RFC 5280 4.1.2.2
    private const ulong Null = 22;

    // 9999-12-31T23:59:59.999Z
    private const long LastMs = 253_402_300_799_999;

    // Ours are two levels deep; one of an unknown kind may have more, and is to be refused as unknown.
    private const int Depth = 16;

    /// <summary>True for kinds that a follower keeps in the tree and does not act on.</summary>
    public bool IsSkippable => (int)Kind >= FirstSkippableKind;

    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecode"/> would refuse it.</exception>
    public byte[] Encode()
    {
        if (Fault() is { } fault)
            throw new InvalidOperationException($"A log entry cannot state this: {fault}.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(Elements);
        writer.WriteInteger(Format);
        writer.WriteInteger((int)Kind);
        writer.WriteInteger(TimeMs);
        WriteSubject(ref writer);
        writer.WriteInteger(List);
        writer.WriteInteger(Index);
        writer.WriteInteger((int)Standing);
        writer.WriteInteger(Reason);
        if (Digest is { } digest)
            writer.WriteBytes(digest.Span);
        else
            writer.WriteNull();
        return writer.ToArray();
    }

    private void WriteSubject(ref CanonicalWriter writer)
    {
        switch (Subject)
        {
            case EnterpriseSubject enterprise:
                writer.WriteText(enterprise.CreditCode.Value);
                break;
            case CertificateSubject certificate:
                writer.WriteArray(2);
                writer.WriteBytes(certificate.Issuer.ToArray());
                writer.WriteBytes(Convert.FromHexString(certificate.SerialHex));
                break;
            default:
                writer.WriteNull();
                break;
        }
    }

    /// <summary>
    /// Accepts exactly what <see cref="Encode"/> makes. Codes: too-large, too-deep, not-canonical, malformed, unknown-format, unknown-entry, and those of a credit code.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LogEntry? entry, out Refusal refusal)
    {
        entry = null;
        if (bytes.Length > MaxBytes)
            return Refuse(Codes.TooLarge, $"{bytes.Length} bytes, at most {MaxBytes} are read", out refusal);
        if (TryRead(bytes.Span, out entry, out refusal))
            return true;
        // What the bytes themselves are guilty of comes before what they say.
        if (!CanonicalCbor.Check(bytes.Span, MaxBytes, Depth, out var fault))
            refusal = fault;
        return false;
    }

    // Every head is read in its shortest form and every element at its one place: what passes is canonical without a second pass.
    private static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LogEntry? entry, out Refusal refusal)
    {
        entry = null;
        refusal = new Refusal(Codes.Malformed, "not [1, kind, time, subject, list, index, status, reason, digest]");
        var reader = new CanonicalReader(bytes);
        if (!reader.TryReadHead(out var major, out var elements) || major != CborMajor.Array || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return false;
        if (format != Format)
            return Refuse(Codes.UnknownFormat, $"log entry of format {format}, this reads format {Format}", out refusal);
        if (!reader.TryReadUnsigned(int.MaxValue, out var kind))
            return false;
        if (!IsKnownOrSkippable((int)kind))
            return Refuse(Codes.UnknownEntry, $"log entry of kind {kind}: it might change a standing, so it is not passed over", out refusal);
        if (elements != Elements
            || !reader.TryReadUnsigned(LastMs, out var time)
            || !TryReadSubject(ref reader, out var subject, ref refusal)
            || !reader.TryReadUnsigned(MaxList, out var list)
            || !reader.TryReadUnsigned(StatusList.LicenseListLength - 1, out var index)
            || !reader.TryReadUnsigned((int)Standing.NotIssued, out var standing)
            || !reader.TryReadUnsigned(MaxReason, out var reason)
            || !TryReadDigest(ref reader, out var digest)
            || reader.Remaining != 0)
            return false;

        var read = new LogEntry((LogEntryKind)kind, time, subject, (int)list, (int)index, (Standing)standing, (int)reason, digest);
        if (read.Fault() is { } fault)
        {
            refusal = fault;
            return false;
        }

        entry = read;
        refusal = default;
        return true;
    }

    private static bool TryReadSubject(ref CanonicalReader reader, out LogSubject? subject, ref Refusal refusal)
    {
        subject = null;
        if (!reader.TryReadHead(out var major, out var argument))
            return false;
        switch (major)
        {
            case CborMajor.Simple:
                return argument == Null;
            case CborMajor.Text when reader.TryTake(argument, out var utf8) && Utf8.IsValid(utf8):
                if (!CreditCode.TryParse(Encoding.UTF8.GetString(utf8), out var code, out var fault))
                {
                    refusal = fault;
                    return false;
                }

                subject = new EnterpriseSubject(code);
                return true;
            case CborMajor.Array when argument == 2:
                if (!reader.TryReadBytes(out var issuer) || issuer.Length != KeyId.Size || !reader.TryReadBytes(out var serial))
                    return false;
                subject = new CertificateSubject(KeyId.FromBytes(issuer), Convert.ToHexStringLower(serial));
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadDigest(ref CanonicalReader reader, out Digest? digest)
    {
        digest = null;
        if (!reader.TryReadHead(out var major, out var argument))
            return false;
        if (major == CborMajor.Simple)
            return argument == Null;
        if (major != CborMajor.Bytes || argument != Core.Digest.Size || !reader.TryTake(argument, out var bytes))
            return false;
        digest = new Digest(bytes);
        return true;
    }

    /// <summary>The first value that is out of its bounds or does not go with the kind; null when all are right.</summary>
    private Refusal? Fault()
    {
        if (!IsKnownOrSkippable((int)Kind))
            return new Refusal(Codes.UnknownEntry, $"kind {(int)Kind}");
        var bad = this switch
        {
            { TimeMs: < 0 or > LastMs } => "a time outside the years 1970 to 9999",
            { List: < 0 or > MaxList } => $"a list outside 0 to {MaxList}",
            _ when Index < 0 || Index >= ListLength => "an index outside its list",
            _ when !StatusList.IsKnown(Standing) => $"status {(int)Standing}, which no standing has",
            { Reason: < 0 or > MaxReason } => $"a reason outside 0 to {MaxReason}",
            { Subject: EnterpriseSubject { CreditCode.Value: null } } => "a subject without credit code",
            { Subject: CertificateSubject certificate } when !IsSerial(certificate.SerialHex) => "a serial that is not 1 to 20 bytes without leading zero",
            _ when !FitsKind => $"a subject, status or digest that does not go with kind {(int)Kind}",
            _ => null,
        };
        return bad is null ? null : new Refusal(Codes.Malformed, bad);
    }

    private int ListLength => Subject is CertificateSubject ? StatusList.CertificateListLength : StatusList.LicenseListLength;

    private bool FitsKind => Kind switch
    {
        LogEntryKind.LicenseIssued => Subject is EnterpriseSubject && Standing == Standing.Valid && Digest is not null,
        LogEntryKind.LicenseStatus => Subject is EnterpriseSubject && Standing != Standing.NotIssued && Digest is null,
        LogEntryKind.CertificateIssued => Subject is CertificateSubject && Standing == Standing.Valid && Digest is not null,
        LogEntryKind.CertificateStatus => Subject is CertificateSubject && Standing != Standing.NotIssued && Digest is null,
        LogEntryKind.AuditHead => Subject is null && List == 0 && Index == 0 && Standing == Standing.Valid && Reason == 0 && Digest is not null,
        _ => true,
    };

    private static bool IsKnownOrSkippable(int kind) =>
        kind is >= (int)LogEntryKind.LicenseIssued and <= (int)LogEntryKind.AuditHead or >= FirstSkippableKind;

    private static bool IsSerial(string hex) =>
        hex.Length is >= 2 and <= 2 * MaxSerialBytes && hex.Length % 2 == 0 && !hex.StartsWith("00", StringComparison.Ordinal)
        && hex.All(char.IsAsciiHexDigitLower);

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
