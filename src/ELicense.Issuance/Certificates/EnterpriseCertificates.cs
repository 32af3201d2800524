using System.Diagnostics.CodeAnalysis;
using System.Text;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Certificates;

/// <summary>Certificates of enterprises at a counter: issued for a request, handed over when the token has answered a challenge. Good for several threads.</summary>
public sealed class EnterpriseCertificates
{
    private readonly Register _register;
    private readonly AuthoritySettings _settings;
    private readonly TimeProvider _clock;
    private readonly IssueCertificate _issue;

    internal EnterpriseCertificates(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock)
    {
        (_register, _settings, _clock, Issuers) = (register, settings, clock, keys.EnterpriseCas);
        _issue = new IssueCertificate(register, settings, keys, clock);
    }

    /// <summary>The enterprise CAs in service, newest first.</summary>
    public IReadOnlyList<CertificateAuthority> Issuers { get; }

    /// <summary>
    /// The one certificate that a matter gives a right to. The same key again gets the same certificate again, so that a counter may repeat what was cut off.
    /// Codes: those of <see cref="CertificationRequest.TryRead"/>; not-found, state-conflict, transition-refused, certificate-issued, key-certified, subject-foreign, lists-full; what passes: those of keys and clocks.
    /// </summary>
    /// <param name="request">PKCS #10, DER or PEM.</param>
    /// <param name="keyMadeAtCounter">The counter made the key pair on a token; the certificate says so.</param>
    public bool TryIssue(
        Officer officer, long matterId, ReadOnlySpan<byte> request, bool keyMadeAtCounter, [NotNullWhen(true)] out EnterpriseCertificate? certificate, out Refusal refusal)
    {
        certificate = null;
        if (!CertificationRequest.TryRead(request, out var read, out refusal))
            return false;
        if ((Register.Repeat(() => _issue.Prepare(officer, matterId, read, keyMadeAtCounter)) ?? Register.Repeat(() => _issue.Finish(matterId))) is { } refused)
        {
            refusal = refused;
            return false;
        }

        certificate = Find(matterId) ?? throw new InvalidOperationException($"The certificate of matter {matterId} is not where it was logged.");
        return true;
    }

    /// <summary>
    /// The token has shown that it holds the key that was certified: the certificate is handed over. Again: nothing more. Codes: not-found, holder-signature, transition-refused.
    /// </summary>
    /// <param name="signature">Over the ASCII of <see cref="EnterpriseCertificate.Challenge"/>, as in a certificate: ECDSA in DER with SHA-256 (P-384: SHA-384), RSA PKCS #1 v1.5 with SHA-256, Ed25519.</param>
    public bool TryConfirm(Officer officer, long matterId, ReadOnlySpan<byte> signature, [NotNullWhen(true)] out EnterpriseCertificate? certificate, out Refusal refusal)
    {
        using var transaction = _register.Write();
        var head = RegisterHead.Lock(transaction);
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var store = new CertificateStore(transaction);
        certificate = store.FindCertificate(matterId, _settings.AuthorityNumber);
        refusal = default;
        if (certificate?.HandedOverAt is not null)
            return true;
        var refused = certificate is null ? new Refusal(Codes.NotFound, $"Matter {matterId} has no certificate.") : Judge(certificate, signature);
        if (refused is null)
            store.RecordHandover(certificate!.CertificateIndex, officer.Person, nowMs);
        var act = new AuditAct(ActName.HandOverCertificate, officer, AuditAct.SubjectOf(matterId))
        {
            ContentHash = certificate is null ? null : Digest.Of(certificate.Der.Span),
            License = certificate?.License.ToString(),
            Refusal = refused,
        };
        new AuditTrail(transaction, head, nowMs).Append(act);
        head.Store();
        transaction.Commit();
        certificate = refused is null ? certificate! with { HandedOverAt = DateTimeOffset.FromUnixTimeMilliseconds(nowMs) } : null;
        refusal = refused ?? default;
        return certificate is not null;
    }

    /// <summary>Recovery, at start and after a token came back: finishes what was prepared.</summary>
    /// <param name="waits">Told the matter of a certificate that waits still, and for what.</param>
    public void FinishPending(Action<long, Refusal> waits)
    {
        foreach (var matterId in Pending())
        {
            if (Register.Repeat(() => _issue.Finish(matterId)) is { } refusal)
                waits(matterId, refusal);
        }
    }

    /// <returns>The certificate that a matter gave a right to, when it was issued.</returns>
    public EnterpriseCertificate? Find(long matterId)
    {
        using var transaction = _register.Read();
        return new CertificateStore(transaction).FindCertificate(matterId, _settings.AuthorityNumber);
    }

    /// <summary>All certificates of a license, oldest first.</summary>
    public IReadOnlyList<EnterpriseCertificate> Find(LicenseNumber license)
    {
        using var transaction = _register.Read();
        return license.Authority == _settings.AuthorityNumber ? new CertificateStore(transaction).FindCertificates(license.Serial, _settings.AuthorityNumber) : [];
    }

    private static Refusal? Judge(EnterpriseCertificate certificate, ReadOnlySpan<byte> signature)
    {
        if (certificate.Standing != Standing.Valid)
            return new Refusal(Codes.TransitionRefused, $"The certificate is {certificate.Standing}: it is not handed over.");
        if (!DecodedCertificate.TryReadCertificate(certificate.Der, out var decoded, out var unreadable) || !SubjectPublicKey.TryRead(decoded.SubjectPublicKeyInfo, out var key, out unreadable))
            throw new InvalidDataException($"Certificate {certificate.Serial}: {unreadable}");
        return key.Verify(SignatureAlgorithm.Of(key.Kind), Encoding.ASCII.GetBytes(certificate.Challenge), signature)
            ? null
            : new Refusal(Codes.HolderSignature, "The signature over the challenge is not by the key of the certificate.");
    }

    private IReadOnlyList<long> Pending()
    {
        using var transaction = _register.Read();
        return new CertificateStore(transaction).FindPending();
    }
}
