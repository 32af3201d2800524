using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Publishing;
using ELicense.UnitTests.Certificates;
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

    public byte[] SignedCard(long version, SigningKey? root = null) => Card(version, root).Sign(root ?? Root);

    private TrustCard Card(long version, SigningKey? root = null)
    {
        var (keys, settings, now, ca) = (Counter.Keys, Counter.Settings, Counter.Clock.Now, Counter.Issuers.Subordinate);
        return TestCards.Card(now, "gs.example.cn", root ?? Root, keys.License, keys.Status, keys.Log, keys.Clock, TestCards.Ca(KeyRole.EnterpriseCa, ca, now)) with
        {
            Version = version,
            LicenseLists = settings.LicenseLists,
            CertificateLists = settings.CertificateLists,
            Delegations = [new Delegation("ocsp", ca.Kid, "1.3.6.1.5.5.7.3.9")],
        };
    }

    public void Dispose()
    {
        Counter.Dispose();
    }
}
