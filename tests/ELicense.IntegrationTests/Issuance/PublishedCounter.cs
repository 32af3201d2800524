using System.Text;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Publishing;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>A counter with trust data in its publication, which the verifiers' audit can then judge.</summary>
internal sealed class PublishedCounter : IDisposable
{
    public PublishedCounter(AuthorityKeys? keys = null, DatabaseServer? databases = null)
    {
        Counter = new Counter(keys: keys, databases: databases);
        Trust = new TrustPublisher(Counter.Settings.PublicationFolder, Anchor);
        Assert.True(Trust.TryPublish(SignedCard(1), Counter.Clock.Now, out var refusal), refusal.ToString());
        var rootList = new RevocationList { Number = 1, ThisUpdate = Counter.Clock.Now, NextUpdate = Counter.Clock.Now.AddDays(300), LogSize = 0, Entries = [] };
        Assert.True(Trust.TryPublishRootList(rootList.Sign(Counter.Issuers.Root, previous: null), Card(1), out refusal), refusal.ToString());
        Trust.PublishOffices(new OfficeDirectory(1, Counter.Clock.Now.ToUnixTimeSeconds(), Counter.Settings.AuthorityNumber, Counter.Settings.Offices), Counter.Keys.Status);
    }

    public Counter Counter { get; }

    public TrustPublisher Trust { get; }

    private SigningKey Root => Counter.Issuers.RootKey;

    public TrustAnchor Anchor => TrustAnchor.Fingerprint(Digest.Of(Root.PublicKey.SubjectPublicKeyInfo.Span));

    public string Full(string path) => Path.Combine(Counter.Settings.PublicationFolder, path);

    public PublishResult Publish() => Counter.Publisher.PublishAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    public AuditReport Audit() => PublicationAudit.RunAsync(
        PublicationSource.Open(Counter.Settings.PublicationFolder), Anchor, null, Counter.Clock.Now, null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    public void AssertSound(long entries)
    {
        var report = Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(entries, report.Entries);
    }

    public byte[] SignedCard(long version, SigningKey? root = null) =>
        Encoding.ASCII.GetBytes(Jws.Sign(root ?? Root, TrustCard.Type, Card(version, root).EncodeJson()));

    private TrustCard Card(long version, SigningKey? root = null)
    {
        var (keys, settings, now) = (Counter.Keys, Counter.Settings, Counter.Clock.Now.ToUnixTimeSeconds());
        TrustedKey Entry(KeyRole role, SigningKey key) => new(
            role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, null, now - 3600, now + (300 * 86400));
        TrustedKey Ca(CertificateAuthority ca) => new(
            KeyRole.EnterpriseCa, Suite.Es256.JoseName(), ca.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), ca.Kid, ca.Certificate.RawData, now - 3600, now + (300 * 86400));
        return new TrustCard
        {
            Version = version,
            Issued = now,
            Expires = now + (300 * 86400),
            AuthorityNumber = settings.AuthorityNumber,
            AuthorityName = new BilingualText("示例省市场监督管理局", "Market Regulation Office of Example Province"),
            Origin = settings.Origin,
            IdentifierIssuer = settings.IdentifierIssuer,
            IdentifierRoot = settings.IdentifierRoot,
            Regions = ["44"],
            LicenseLists = settings.LicenseLists,
            CertificateLists = settings.CertificateLists,
            LicenseStatusBase = settings.LicenseStatusBase,
            CertificateStatusBase = settings.CertificateStatusBase,
            QrHosts = ["gs.example.cn"],
            MaxAge = 86400,
            Keys =
            [
                Entry(KeyRole.Root, root ?? Root), Entry(KeyRole.License, keys.License), Entry(KeyRole.Status, keys.Status), Entry(KeyRole.Log, keys.Log),
                Entry(KeyRole.Clock, keys.Clock), Ca(Counter.Issuers.Subordinate),
            ],
            Delegations = [new Delegation("ocsp", Counter.Issuers.Subordinate.Kid, "1.3.6.1.5.5.7.3.9")],
        };
    }

    public void Dispose()
    {
        Counter.Dispose();
    }
}
