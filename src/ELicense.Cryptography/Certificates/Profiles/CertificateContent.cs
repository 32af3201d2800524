using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>What one certificate says beside what its profile says.</summary>
public sealed record CertificateContent
{
    public required X500DistinguishedName Subject { get; init; }

    public required SubjectPublicKey Key { get; init; }

    /// <summary>Seconds count; fractions are dropped.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Inclusive (RFC 5280 4.1.2.5).</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Certificate list, for a profile with a CRL shard: fixed when it is issued.</summary>
    public int? List { get; init; }

    public CreditCode? CreditCode { get; init; }

    /// <summary>Null for an enterprise that has no license yet.</summary>
    public LicenseNumber? LicenseNumber { get; init; }

    /// <summary>The key pair was made on a token by a counter, not brought by the applicant.</summary>
    public bool KeyMadeAtCounter { get; init; }

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public IReadOnlyList<IPAddress> IpAddresses { get; init; } = [];
}
