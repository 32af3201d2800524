using System.Collections.Concurrent;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Standings;
using ELicense.Verification.Verdicts;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Publication;

/// <summary>
/// Reads the files of certificates beside the rounds, so that they are found by credit code. No verdict needs it and no round waits for it; what was read stays read. One reading at a time.
/// </summary>
/// <param name="use">Runs what it is given between rounds, with the look-up when there is one.</param>
internal sealed class CertificateReading(PublicationSource source, Func<Action<LookupIndex>, CancellationToken, Task> use) : IDisposable
{
    /// <summary>Files of one publication, which may be far away.</summary>
    public const int AtOnce = 8;

    private const int Batch = 256;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>All that are unread. Codes: certificate-missing, digest-mismatch, publication-unreadable; the first trouble is told, and the others are read all the same.</summary>
    /// <returns>Null when none is left.</returns>
    public async Task<Refusal?> RunAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return await ReadAllAsync(cancellation);
        }
        catch (Exception failed) when (failed is IOException or HttpRequestException or UnauthorizedAccessException or InvalidDataException or SqliteException
            || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Refusal(Codes.PublicationUnreadable, $"{source.Name}: {failed.Message}");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Refusal?> ReadAllAsync(CancellationToken cancellation)
    {
        var troubles = new ConcurrentQueue<Refusal>();
        for (var after = new Place(-1); ;)
        {
            LookupIndex? from = null;
            IReadOnlyList<LoggedCertificate> unread = [];
            await use(lookup => (from, unread) = (lookup, lookup.Read(reader => reader.Holders.Unread(after, Batch))), cancellation);
            if (unread.Count == 0)
                return troubles.TryPeek(out var trouble) ? trouble : null;
            var read = new ConcurrentBag<(Place, CreditCode?)>();
            await Parallel.ForEachAsync(unread, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, cancelled) =>
            {
                var (certificate, refusal) = await PublishedLog.ReadCertificateAsync(source, one.Place.List, one.Place.Index, one.Digest, cancelled);
                if (certificate is { } der)
                    read.Add((one.Place, DecodedCertificate.TryReadCertificate(der, out var decoded, out _) ? CertificateVerifier.HolderOf(decoded) : null));
                else
                    troubles.Enqueue(refusal);
            });
            // A look-up that was built anew meanwhile may have another certificate there.
            await use(lookup =>
            {
                if (ReferenceEquals(lookup, from))
                    lookup.Assign(read);
            }, cancellation);
            after = unread[^1].Place;
        }
    }
}
