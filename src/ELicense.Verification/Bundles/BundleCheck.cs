using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Filings;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Bundles;

/// <summary>
/// Verifies the publication that would come of a bundle: all that log verify recomputes, and the files that the log does not lead to, each by its signature. A file of the bundle that neither
/// has read is refused: nothing that is signed vouches for it.
/// </summary>
/// <param name="whole">With the bundle's files in their places.</param>
/// <param name="standing">Without them.</param>
/// <param name="marks">Folder of high-water marks.</param>
internal sealed class BundleCheck(
    StagedPublication whole, PublicationSource standing, TrustAnchor anchor, string marks, DateTimeOffset now, CancellationToken cancellation)
{
    private readonly List<TrustCard> _cards = [];

    /// <param name="paths">Of the bundle's files.</param>
    /// <returns>The first fault; null: none. Then the high-water mark is the bundle's.</returns>
    public async Task<Refusal?> RefusalAsync(IReadOnlyList<string> paths)
    {
        var (trust, refusal) = await PublishedTrust.ReadAsync(whole, anchor, now, cancellation);
        if (trust is null)
            return refusal;
        if (await RefusalOfFormerCardsAsync(trust, paths) is { } card)
            return card;
        foreach (var path in paths)
        {
            var fault = path.Split('/') switch
            {
                ["ca", ..] => await RefusalOfCaAsync(path),
                ["crl", var kid, _] => await RefusalOfListAsync(path, kid),
                ["delegates", var name] => await RefusalOfDelegateAsync(path, name, trust),
                ["exchange", _] => await RefusalOfExchangeAsync(path, trust),
                ["answers", _] => await RefusalOfAnswerAsync(path, trust),
                _ => null,
            };
            if (fault is { } found)
                return found with { Detail = $"{path}: {found.Detail}" };
        }

        var report = await PublicationAudit.RunAsync(whole, anchor, marks, now, progress: null, cancellation);
        if (report.Findings is [var finding, ..])
            return finding.Refusal with { Detail = $"{finding.Path}{(finding.Position is { } at ? $", position {at}" : "")}: {finding.Refusal.Detail}" };
        return paths.FirstOrDefault(path => !whole.WasRead(path)) is { } foreign
            ? new Refusal(Codes.BundleForeign, $"{foreign}: nothing that is signed leads to this file.")
            : null;
    }

    /// <summary>The history of the card: from the newest back, each by a root that a later one knows.</summary>
    private async Task<Refusal?> RefusalOfFormerCardsAsync(VerifiedTrust trust, IReadOnlyList<string> paths)
    {
        _cards.Add(trust.Card);
        var roots = trust.Roots.ToHashSet();
        foreach (var path in paths.Where(path => path.StartsWith("trust/", StringComparison.Ordinal) && path != "trust/offices.jws").OrderByDescending(Version))
        {
            var jws = await whole.ReadAsync(path, VerifiedTrust.MaxJwsBytes, cancellation);
            if (!VerifiedTrust.TryOpenAtAnyTime(jws, out var former, out var refusal))
                return refusal with { Detail = $"{path}: {refusal.Detail}" };
            if (former.Card.Version != Version(path) || former.Card.Origin != trust.Card.Origin || !former.Roots.Any(roots.Contains))
                return new Refusal(Codes.TrustRoot, $"{path} is no card of this authority's history.");
            roots.UnionWith(former.Roots);
            _cards.Add(former.Card);
        }

        return null;
    }

    private static long Version(string path) => long.Parse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<Refusal?> RefusalOfCaAsync(string path)
    {
        var certificate = await ReadAsync(path);
        return _cards.SelectMany(card => card.Keys).Any(key => path == $"ca/{key.Kid}.cer" && key.Certificate is { } known && known.Span.SequenceEqual(certificate))
            ? null
            : await RefusalOfChangeAsync(path, certificate, "No trust card has this certificate for that key.");
    }

    private async Task<Refusal?> RefusalOfListAsync(string path, string kid)
    {
        var der = await ReadAsync(path);
        if (_cards.SelectMany(card => card.Keys).FirstOrDefault(known => known.Kid.ToString() == kid) is not { } key)
            return await RefusalOfChangeAsync(path, der, "No trust card has that key.");
        if (!SignedRevocationList.TryOpen(der, key.SubjectPublicKeyInfo, out var list, out var refusal))
            return refusal;
        return await standing.ReadAsync(path, SignedRevocationList.MaxBytes, cancellation) is { } present
            && SignedRevocationList.TryOpen(present, key.SubjectPublicKeyInfo, out var former, out _) && former.Number > list.Number
            ? new Refusal(Codes.RevocationNumber, $"The list has number {list.Number}; {former.Number} is there.")
            : null;
    }

    private async Task<Refusal?> RefusalOfDelegateAsync(string path, string name, VerifiedTrust trust)
    {
        var der = await ReadAsync(path);
        if (!DecodedCertificate.TryReadCertificate(der, out var decoded, out var refusal))
            return refusal;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return trust.Cas.Any(ca => name == $"{ca.Key.Kid}-{KeyId.Of(decoded.SubjectPublicKeyInfo.Span)}.cer" && IssuedCertificate.IsBy(ca.Certificate, certificate))
                ? null
                : await RefusalOfChangeAsync(path, der, "No CA of the trust card issued this certificate for that key.");
        }
        catch (CryptographicException e)
        {
            return new Refusal(Codes.Malformed, e.Message);
        }
    }

    private async Task<Refusal?> RefusalOfExchangeAsync(string path, VerifiedTrust trust)
    {
        var bytes = await ReadAsync(path);
        if (!Jws.TryParse(bytes, BundledPath.MostBytes(path)!.Value, out var jws, out var refusal))
            return refusal;
        return trust.Find(jws.Kid, KeyRole.Exchange, out _) is { } key && jws.IsSignedBy(key)
            ? null
            : await RefusalOfChangeAsync(path, bytes, "It is not signed by the authority's exchange key.");
    }

    private async Task<Refusal?> RefusalOfAnswerAsync(string path, VerifiedTrust trust)
    {
        var bytes = await ReadAsync(path);
        return Digest.TryParseHex(Path.GetFileNameWithoutExtension(path), out var filing) && SignedAnswer.TryOpen(bytes, filing, trust, out _, out var refusal)
            ? null
            : await RefusalOfChangeAsync(path, bytes, "It is no answer of the authority's answer key to that filing.");
    }

    /// <summary>What an older card vouched for may stay as it is.</summary>
    private async Task<Refusal?> RefusalOfChangeAsync(string path, byte[] content, string why) =>
        await standing.ReadAsync(path, BundledPath.MostBytes(path)!.Value, cancellation) is { } present && present.AsSpan().SequenceEqual(content)
            ? null
            : new Refusal(Codes.BundleForeign, why);

    private async Task<byte[]> ReadAsync(string path) => (await whole.ReadAsync(path, BundledPath.MostBytes(path)!.Value, cancellation))!;
}
