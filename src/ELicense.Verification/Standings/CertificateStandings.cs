using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;

namespace ELicense.Verification.Standings;

/// <summary>One certificate as the log tells it.</summary>
/// <param name="Issuer">The CA key that signed it.</param>
/// <param name="Position">Log position of its issuance.</param>
/// <param name="LoggedDigest">SHA-256 of the certificate.</param>
/// <param name="Since">When its present standing began.</param>
/// <param name="Reason">Number in the published table; 0: none stated.</param>
public sealed record PublishedCertificate(
    KeyId Issuer, SerialNumber Serial, int List, int Index, long Position, Digest LoggedDigest, Standing Standing, DateTimeOffset Since, int Reason);

/// <summary>Certificates by issuer and serial number, as one log size has them. Good for many threads.</summary>
public sealed class CertificateStandings
{
    private readonly LookupIndex _lookup;
    private readonly long _logSize;

    internal CertificateStandings(LookupIndex lookup, long logSize) => (_lookup, _logSize) = (lookup, logSize);

    /// <summary>Null when the log names no such certificate. A change that came a moment after this log size may show already: the look-up is never older.</summary>
    public PublishedCertificate? Find(KeyId issuer, SerialNumber serial) =>
        _lookup.FindCertificate(issuer, serial) is { } found && found.Position < _logSize ? found : null;
}
