using System.Globalization;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>Up to 256 entries of the log that share a tile.</summary>
/// <param name="First">Log position of the first.</param>
/// <param name="Path">Where they were read.</param>
internal sealed record PublishedBundle(string Path, long First, IReadOnlyList<ReadOnlyMemory<byte>> Entries);

/// <summary>Reads bundles and packs of a publication up to one log size.</summary>
internal static class PublishedLog
{
    private const int MaxBundleBytes = TilePath.Width * (LogEntry.MaxBytes + sizeof(ushort));

    /// <summary>Where the certificate is that an entry issued.</summary>
    public static string CertificatePath(LogEntry entry) => CertificatePath(entry.List, entry.Index);

    /// <summary>The certificate at this index. Codes: certificate-missing, digest-mismatch (it is not the one that the log names).</summary>
    public static async Task<(ReadOnlyMemory<byte>? Certificate, Refusal Refusal)> ReadCertificateAsync(
        PublicationSource source, int list, int index, Digest logged, CancellationToken cancellation)
    {
        var path = CertificatePath(list, index);
        if (await source.ReadAsync(path, DecodedCertificate.MaxBytes, cancellation) is not { } certificate)
            return (null, new Refusal(Codes.CertificateMissing, $"{path} is not there."));
        return Digest.Of(certificate) == logged
            ? (certificate, default)
            : (null, new Refusal(Codes.DigestMismatch, $"{path} is not the certificate that the log names."));
    }

    /// <summary>The bundle that holds positions from 256 n, as far as the log of this size goes; null with the refusal entry-missing or malformed.</summary>
    public static async Task<(PublishedBundle? Bundle, Refusal Refusal, string Path)> ReadBundleAsync(
        PublicationSource source, long n, long logSize, CancellationToken cancellation)
    {
        var width = (int)Math.Min(TilePath.Width, logSize - (n * TilePath.Width));
        var path = "log/" + TilePath.Entries(n, width);
        var count = width;
        var bytes = await source.ReadAsync(path, MaxBundleBytes, cancellation);
        if (bytes is null && width < TilePath.Width)
        {
            // C2SP tlog-tiles: partial tiles may go once the full one is there.
            path = "log/" + TilePath.Entries(n, TilePath.Width);
            count = TilePath.Width;
            bytes = await source.ReadAsync(path, MaxBundleBytes, cancellation);
        }

        if (bytes is null)
            return (null, new Refusal(Codes.EntryMissing, $"The entries from position {n * TilePath.Width} on are not there ({path})."), path);
        if (!EntryBundle.TryDecode(bytes, count, out var entries, out var refusal))
            return (null, new Refusal(refusal.Code, $"{path}: {refusal.Detail}"), path);
        return (new PublishedBundle(path, n * TilePath.Width, entries.Take(width).ToArray()), default, path);
    }

    /// <summary>The pack beside a bundle; empty when there is no such file, a refusal when it cannot be read.</summary>
    public static async Task<(DocumentPack Pack, Refusal Refusal, string Path)> ReadPackAsync(PublicationSource source, long n, CancellationToken cancellation)
    {
        var none = NoPack(n);
        if (await source.ReadAsync(none.Path, DocumentPack.MaxBytes, cancellation) is not { } bytes)
            return none;
        return DocumentPack.TryDecode(bytes, out var pack, out var refusal)
            ? (pack, default, none.Path)
            : none with { Refusal = new Refusal(refusal.Code, $"{none.Path}: {refusal.Detail}") };
    }

    /// <summary>As if there were no such file.</summary>
    public static (DocumentPack Pack, Refusal Refusal, string Path) NoPack(long n) => (new DocumentPack(0, []), default, "documents/" + TilePath.Index(n));

    private static string CertificatePath(int list, int index) => string.Create(CultureInfo.InvariantCulture, $"certificates/{list}/{index}.cer");

    /// <summary>
    /// The file that a pack holds for an issuance, when it is the one that the log names. A withdrawn face is null and no fault; a pack that does not reach the
    /// position, or holds another file, is (document-mismatch).
    /// </summary>
    public static bool TryFileOf(LogEntry issuance, DocumentPack pack, int offset, out ReadOnlyMemory<byte>? file, out LicenseToken? claims, out Refusal refusal)
    {
        (file, claims, refusal) = (null, null, default);
        if (offset >= pack.Files.Count)
        {
            refusal = new Refusal(Codes.DocumentMismatch, $"The pack ends before the document (it reflects log size {pack.LogSize}).");
            return false;
        }

        if (pack.Files[offset] is not { } bytes)
            return true;
        if (!LicenseFile.TryDecode(bytes, out var opened, out refusal)
            || !CoseSign1.TryDecode(opened.Token, LicenseToken.MaxBytes, out var message, out refusal)
            || !LicenseToken.TryDecodeClaims(message.Payload, out claims, out refusal))
        {
            refusal = new Refusal(Codes.DocumentMismatch, $"The document is not readable: {refusal}");
            return false;
        }

        if (Digest.Of(message.SigStructure()) != issuance.Digest || Digest.Of(opened.Document.Span) != claims.DocumentDigest
            || claims.List != issuance.List || claims.Index != issuance.Index
            || issuance.Subject is not EnterpriseSubject subject || subject.CreditCode != claims.CreditCode)
        {
            refusal = new Refusal(Codes.DocumentMismatch, "The document is not the one that the log names.");
            return false;
        }

        file = bytes;
        return true;
    }

    /// <summary>
    /// Offset of the first file from one offset on whose license key did not sign it; -1 when there is none. The log names what was signed, not the signature: a mirror
    /// may have changed that. Files that cannot be read and keys that the card does not name are judged elsewhere.
    /// </summary>
    public static int FirstWronglySigned(DocumentPack pack, int from, VerifiedTrust trust)
    {
        var first = int.MaxValue;
        Parallel.For(from, Math.Max(from, pack.Files.Count), offset =>
        {
            if (pack.Files[offset] is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _)
                && CoseSign1.TryDecode(file.Token, LicenseToken.MaxBytes, out var message, out _)
                && trust.Find(message.Kid, KeyRole.License, out _) is { } key && !message.IsSignedBy(key))
                InterlockedMin(ref first, offset);
        });
        return first == int.MaxValue ? -1 : first;
    }

    private static void InterlockedMin(ref int place, int value)
    {
        var seen = Volatile.Read(ref place);
        while (value < seen)
        {
            var found = Interlocked.CompareExchange(ref place, value, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }
}
