using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Standings;

/// <summary>One certificate as the log tells it.</summary>
/// <param name="Issuer">The CA key that signed it.</param>
/// <param name="Position">Log position of its issuance.</param>
/// <param name="LoggedDigest">SHA-256 of the certificate.</param>
/// <param name="Since">When its present standing began.</param>
/// <param name="Reason">Number in the published table; 0: none stated.</param>
public sealed record PublishedCertificate(
    KeyId Issuer, SerialNumber Serial, int List, int Index, long Position, Digest LoggedDigest, Standing Standing, DateTimeOffset Since, int Reason);

/// <summary>The certificates of one enterprise.</summary>
/// <param name="Certificates">DER, each with the digest that the log names; the newest first.</param>
/// <param name="AreAll">False when a file could not be read, or some certificates of the log were not read yet.</param>
public sealed record HeldCertificates(IReadOnlyList<ReadOnlyMemory<byte>> Certificates, bool AreAll);

/// <summary>Certificates by issuer and serial number, and by their holder, as one log size has them. Good for many threads.</summary>
public sealed class CertificateStandings
{
    /// <summary>Of one enterprise, the newest.</summary>
    public const int MostHeld = 100;

    private readonly LookupIndex _lookup;
    private readonly long _logSize;
    private readonly PublicationSource _source;

    internal CertificateStandings(LookupIndex lookup, long logSize, PublicationSource source) => (_lookup, _logSize, _source) = (lookup, logSize, source);

    /// <summary>Null when the log names no such certificate. A change that came a moment after this log size may show already: the look-up is never older.</summary>
    public PublishedCertificate? Find(KeyId issuer, SerialNumber serial) =>
        _lookup.FindCertificate(issuer, serial) is { } found && found.Position < _logSize ? found : null;

    /// <summary>The enterprise's certificates, among those that <see cref="PublicationFollower.ReadCertificatesAsync"/> has read.</summary>
    public async Task<HeldCertificates> OfAsync(CreditCode holder, CancellationToken cancellation)
    {
        var (logged, areAll) = _lookup.Read(reader => (reader.Holders.Of(holder, _logSize, MostHeld), reader.Holders.Unread(new Place(-1), 1).Count == 0));
        var read = new ReadOnlyMemory<byte>?[logged.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, logged.Count), new ParallelOptions { MaxDegreeOfParallelism = CertificateReading.AtOnce, CancellationToken = cancellation },
            async (at, cancelled) => read[at] = await ReadAsync(logged[at], cancelled));
        var certificates = read.OfType<ReadOnlyMemory<byte>>().ToList();
        return new HeldCertificates(certificates, areAll && certificates.Count == logged.Count);
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(LoggedCertificate one, CancellationToken cancellation)
    {
        try
        {
            return (await PublishedLog.ReadCertificateAsync(_source, one.Place.List, one.Place.Index, one.Digest, cancellation)).Certificate;
        }
        catch (Exception failed) when (failed is IOException or HttpRequestException or UnauthorizedAccessException
            || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }
}
