using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Web.Delegates;

/// <summary>
/// A key of the public zone and its short-lived certificates, one from each CA that the trust card lets delegate to it. A request (PKCS #10) goes into the inbox, the certificate comes
/// back in the publication, delegates/&lt;CA kid&gt;-&lt;key kid&gt;.cer; it is asked for again when half of its life is over.
/// </summary>
/// <typeparam name="TSigner">What the key and one certificate make together.</typeparam>
public abstract class DelegateCertificates<TSigner> : IDisposable
    where TSigner : class
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(6);

    private readonly PublicationSource _publication;
    private readonly string _inbox;
    private readonly Func<SigningKey> _open;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _oneRound = new(1, 1);
    private ImmutableDictionary<KeyId, Holding> _holdings = ImmutableDictionary<KeyId, Holding>.Empty;
    private SigningKey? _key;
    private string? _request;
    private DateTimeOffset _askedAt;

    private sealed record Holding(TSigner Signer, DateTimeOffset From, DateTimeOffset To, byte[] Certificate);

    /// <param name="inbox">Folder of filings to the authority.</param>
    /// <param name="open">The key, on the public zone's own token. Asked again in the next round when it throws; disposed of with this.</param>
    protected DelegateCertificates(PublicationSource publication, string inbox, Func<SigningKey> open, TimeProvider clock) =>
        (_publication, _inbox, _open, _clock) = (publication, inbox, open, clock);

    /// <summary>When the first certificate in service ends; null: none is.</summary>
    public DateTimeOffset? Until => Volatile.Read(ref _holdings) is { IsEmpty: false } holdings ? holdings.Values.Min(holding => holding.To) : null;

    /// <summary>
    /// One round: takes over certificates that came, asks for those that are missing or half over. Codes: delegate-unknown (the trust card lets nobody sign for the CA),
    /// delegate-waits (none has come yet), delegate-refused (what came is none for this key), those of tokens, publication-unreadable.
    /// </summary>
    /// <returns>Null when every CA has a delegate in the first half of its life.</returns>
    public async Task<Refusal?> RefreshAsync(VerifiedTrust trust, CancellationToken cancellation)
    {
        await _oneRound.WaitAsync(cancellation);
        try
        {
            _key ??= _open();
            Refusal? refusal = null;
            foreach (var ca in trust.Cas.Where(IsIssuer))
                refusal = await RefreshAsync(trust, ca, cancellation) ?? refusal;
            _holdings = _holdings.RemoveRange(_holdings.Keys.Where(kid => trust.Cas.All(ca => ca.Key.Kid != kid)));
            return refusal;
        }
        catch (Pkcs11Exception e)
        {
            return new Refusal(e.Code, e.Message);
        }
        catch (SigningKeyException e)
        {
            return new Refusal(e.Code, e.Message);
        }
        catch (CryptographicException e)
        {
            return new Refusal(Codes.SignatureWrong, e.Message);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Refusal(Codes.PublicationUnreadable, e.Message);
        }
        finally
        {
            _oneRound.Release();
        }
    }

    public void Dispose()
    {
        _key?.Dispose();
        _oneRound.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>As in the trust card's delegations.</summary>
    protected abstract string DelegatedRole { get; }

    /// <summary>Whether it is one of the CAs that certify for this role.</summary>
    protected abstract bool IsIssuer(TrustedCa ca);

    /// <exception cref="ArgumentException">The certificate is none for this key and purpose.</exception>
    protected abstract TSigner Take(SigningKey key, X509Certificate2 certificate, TrustedCa ca, VerifiedTrust trust);

    /// <summary>Null when there is none in its period.</summary>
    protected TSigner? Find(KeyId ca, DateTimeOffset now) =>
        Volatile.Read(ref _holdings).GetValueOrDefault(ca) is { } holding && now >= holding.From && now <= holding.To ? holding.Signer : null;

    private async Task<Refusal?> RefreshAsync(VerifiedTrust trust, TrustedCa ca, CancellationToken cancellation)
    {
        var kid = ca.Key.Kid;
        if (!trust.Card.Delegations.Any(delegation => delegation.Role == DelegatedRole && delegation.Issuer == kid))
            return new Refusal(Codes.DelegateUnknown, $"The trust card lets nobody have the role {DelegatedRole} from the CA key {kid}.");
        var path = $"delegates/{kid}-{_key!.PublicKey.Kid}.cer";
        var certificate = await _publication.ReadAsync(path, DecodedCertificate.MaxBytes, cancellation);
        var held = _holdings.GetValueOrDefault(kid);
        Refusal? refusal = null;
        if (certificate is not null && (held is null || !held.Certificate.AsSpan().SequenceEqual(certificate)))
        {
            refusal = Take(trust, ca, certificate, path, out var taken);
            _holdings = taken is null ? _holdings : _holdings.SetItem(kid, held = taken);
        }

        var now = _clock.GetUtcNow();
        if (held is not null && now <= held.From + ((held.To - held.From) / 2))
            return refusal;
        Ask(now);
        return refusal ?? new Refusal(Codes.DelegateWaits, held is null
            ? $"No certificate of the CA key {kid} has come for {_key.PublicKey} yet."
            : $"The certificate that ends at {held.To:u} has not been renewed yet.");
    }

    private Refusal? Take(VerifiedTrust trust, TrustedCa ca, byte[] bytes, string path, out Holding? taken)
    {
        taken = null;
        if (!DecodedCertificate.TryReadCertificate(bytes, out var decoded, out var refusal))
            return refusal with { Detail = $"{path}: {refusal.Detail}" };
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            taken = new Holding(Take(_key!, certificate, ca, trust), decoded.From, decoded.To, bytes);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return new Refusal(Codes.DelegateRefused, $"{path}: {e.Message}");
        }
    }

    /// <summary>A request that lies in the inbox, or left it a short while ago, is not made again.</summary>
    private void Ask(DateTimeOffset now)
    {
        if (_request is { } before && (File.Exists(before) || now - _askedAt < AskAgainAfter))
            return;
        var request = CertificationRequest.Write(_key!, new X500DistinguishedName([0x30, 0x00]));
        Directory.CreateDirectory(_inbox);
        (_request, _askedAt) = (Path.Combine(_inbox, Digest.Of(request).ToString()), now);
        WholeFile.Write(_request, request);
    }
}
