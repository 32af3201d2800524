using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>What a certificate is by the log.</summary>
internal sealed record ModelCertificate(KeyId Issuer, string Serial, int List, int Index, Standing Standing, int Reason, DateTimeOffset Since, Digest Digest);

/// <summary>The log replayed by hand: entries in, standings out, and nothing of the code under test in between but the entry's own decoder.</summary>
internal sealed class ReplayedModel
{
    private readonly Dictionary<(int List, int Index), Standing> _licenses = [];
    private readonly Dictionary<(KeyId Issuer, string Serial), ModelCertificate> _certificates = [];

    public long Size { get; private set; }

    public IReadOnlyDictionary<(int List, int Index), Standing> Licenses => _licenses;

    public IReadOnlyDictionary<(KeyId Issuer, string Serial), ModelCertificate> Certificates => _certificates;

    public void Append(ReadOnlyMemory<byte> bytes)
    {
        if (!LogEntry.TryDecode(bytes, out var entry, out var refusal))
            throw new InvalidOperationException($"Entry {Size}: {refusal}");
        Size++;
        var since = DateTimeOffset.FromUnixTimeSeconds(entry.TimeMs / 1000);
        switch (entry.Kind)
        {
            case LogEntryKind.LicenseIssued or LogEntryKind.LicenseStatus:
                _licenses[(entry.List, entry.Index)] = entry.Standing;
                break;
            case LogEntryKind.CertificateIssued:
                var issued = (CertificateSubject)entry.Subject!;
                _certificates.Add(
                    (issued.Issuer, issued.SerialHex), new ModelCertificate(issued.Issuer, issued.SerialHex, entry.List, entry.Index, entry.Standing, entry.Reason, since, entry.Digest!.Value));
                break;
            case LogEntryKind.CertificateStatus:
                var subject = (CertificateSubject)entry.Subject!;
                var key = (subject.Issuer, subject.SerialHex);
                if ((_certificates[key].List, _certificates[key].Index) != (entry.List, entry.Index))
                    throw new InvalidOperationException($"Entry {Size - 1} names another place than its certificate's.");
                _certificates[key] = _certificates[key] with { Standing = entry.Standing, Reason = entry.Reason, Since = since };
                break;
        }
    }
}
