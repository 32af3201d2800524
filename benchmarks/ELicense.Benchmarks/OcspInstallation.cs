using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Limits;
using Microsoft.Extensions.Logging.Abstractions;

namespace ELicense.Benchmarks;

/// <summary>An authority with one license and certificate, published and followed, and a responder whose delegate's key is on the token and was certified through the inbox.</summary>
internal sealed class OcspInstallation : IDisposable
{
    private readonly string _folder;
    private readonly Register _register;
    private readonly PublicationFollower _follower;
    private readonly OcspDelegates _delegates;

    private OcspInstallation(string folder, Register register, PublicationFollower follower, OcspDelegates delegates, X509Certificate2 ca, X509Certificate2 certificate)
    {
        (_folder, _register, _follower, _delegates, Ca, Certificate) = (folder, register, follower, delegates, ca, certificate);
        Options = new PublicVerificationOptions
        {
            Publications = new(follower),
            RunFollowers = false,
            PublicAddress = new Uri("http://127.0.0.1"),
            // Charged as ever, and never refused.
            Protection = new Protection { Rate = new WorkRate(1_000_000, 1_000_000) },
            Ocsp = [new OcspSettings { Follower = follower, Delegates = delegates, SignaturesPerSecond = 1_000_000 }],
        };
        Responder = new OcspResponder(Options.Ocsp[0], Options.Clock, NullLogger<OcspResponder>.Instance);
    }

    public PublicVerificationOptions Options { get; }

    public OcspResponder Responder { get; }

    public X509Certificate2 Ca { get; }

    public X509Certificate2 Certificate { get; }

    public static async Task<OcspInstallation> MakeAsync(string folder, SigningKey delegateKey)
    {
        var now = DateTimeOffset.UtcNow;
        SigningKey[] keys = [.. Enumerable.Range(0, 2).Select(_ => SoftwareSigningKey.Generate(Suite.Es256)), SoftwareSigningKey.Generate(Suite.Ed25519), SoftwareSigningKey.Generate(Suite.Ed25519)];
        var issuers = new TestIssuers(addresses: new StatusAddresses(new Uri("http://127.0.0.1")));
        var (root, ca) = (issuers.RootKey, issuers.Subordinate);
        var card = TestCards.Card(now, "gs.example.cn", root, keys[0], keys[1], keys[2], keys[3], TestCards.Ca(KeyRole.EnterpriseCa, ca, now)) with
        {
            Delegations = [new Delegation(OcspDelegates.Role, ca.Kid, X509Oids.OcspSigning)],
        };
        var settings = AuthoritySettings.From(
            card, new Dictionary<int, BilingualText> { [1] = new(SampleEnterprise.Office, "Market Regulation Office of Example City") }, new Uri("http://127.0.0.1"),
            Path.Combine(folder, "publication"), Path.Combine(folder, "high-water"));
        var authorityKeys = new AuthorityKeys(keys[0], keys[1], keys[2], keys[3]) { EnterpriseCas = [ca] };
        var anchor = TrustAnchor.Fingerprint(Digest.Of(root.PublicKey.SubjectPublicKeyInfo.Span));
        if (!new TrustPublisher(settings.PublicationFolder, anchor).TryPublish(card.Sign(root), now, out var refusal))
            throw new InvalidOperationException(refusal.ToString());

        var register = Register.OpenSqlite(Path.Combine(folder, "register.db"));
        var certificate = Issue(new LicensingAuthority(register, settings, authorityKeys, TimeProvider.System));
        using (var publisher = new Publisher(register, settings, authorityKeys, TimeProvider.System))
            Require((await publisher.PublishAsync()).Refusal);
        var follower = new PublicationFollower(
            PublicationSource.Open(settings.PublicationFolder), new FollowerSettings(anchor, Path.Combine(folder, "state"), HighWaterFolder: null), TimeProvider.System);
        Require((await follower.PollAsync(CancellationToken.None)).Refusal);

        var inbox = Path.Combine(folder, "inbox");
        var delegates = new OcspDelegates(PublicationSource.Open(settings.PublicationFolder), inbox, () => delegateKey, TimeProvider.System);
        await delegates.RefreshAsync(follower.View!.Trust, CancellationToken.None);
        new DelegateDesk(
            new DelegateSettings(inbox, settings.PublicationFolder, () => [new NamedDelegate(OcspDelegates.Role, Digest.Of(delegateKey.PublicKey.SubjectPublicKeyInfo.Span))], TimeSpan.FromDays(14)),
            [ca], () => card, new AuditLog(register, TimeProvider.System), new ClockConfirmation(register, settings, TimeProvider.System)).Run();
        Require(await delegates.RefreshAsync(follower.View!.Trust, CancellationToken.None));
        return new OcspInstallation(folder, register, follower, delegates, issuers.Certificate, certificate);
    }

    /// <summary>openssl's request for the certificate, DER.</summary>
    /// <param name="nonce">-nonce or -no_nonce.</param>
    public byte[] Request(string nonce)
    {
        var (ca, certificate, request) = (Path.Combine(_folder, "ca.pem"), Path.Combine(_folder, "certificate.pem"), Path.Combine(_folder, "request.der"));
        File.WriteAllText(ca, Ca.ExportCertificatePem());
        File.WriteAllText(certificate, Certificate.ExportCertificatePem());
        using var openssl = System.Diagnostics.Process.Start("openssl", ["ocsp", "-issuer", ca, "-cert", certificate, nonce, "-reqout", request]);
        openssl.WaitForExit();
        return File.ReadAllBytes(request);
    }

    public void Dispose()
    {
        Responder.Dispose();
        _delegates.Dispose();
        _follower.Dispose();
        _register.Dispose();
    }

    private static X509Certificate2 Issue(LicensingAuthority authority)
    {
        var (clerk, approver) = (new Officer("clerk", "李四", 1), new Officer("approver", "王五", 1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!authority.TryApply(clerk, SampleEnterprise.Issuance(1), out var matter, out var refusal)
            || !authority.TryApprove(approver, matter.Id, matter.ContentHash, out var approved, out refusal))
            throw new InvalidOperationException(refusal.ToString());
        Require(authority.CarryOut([approved])[0].Refusal);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        return authority.Certificates.TryIssue(clerk, matter.Id, request, keyMadeAtCounter: false, out var certificate, out refusal)
            ? X509CertificateLoader.LoadCertificate(certificate.Der.Span)
            : throw new InvalidOperationException(refusal.ToString());
    }

    private static void Require(Refusal? refusal)
    {
        if (refusal is { } why)
            throw new InvalidOperationException(why.ToString());
    }
}
