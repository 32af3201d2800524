using System.Security.Cryptography.X509Certificates;
using ELicense.IntegrationTests.Certificates;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>The files of a publication as other people's programs judge them: an enterprise's certificate, its CA, the CRLs.</summary>
public sealed class PublishedCertificateTests : IDisposable
{
    private readonly CertificateFolder _folder = new();
    private readonly PublishedCounter _published = new();

    public void Dispose()
    {
        _published.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void OpenSSL_and_GnuTLS_with_the_shard_and_NSS_with_the_complete_list_follow_a_certificates_life()
    {
        var counter = _published.Counter;
        var issuer = counter.Issuers.Key.PublicKey.Kid;
        // GnuTLS and NSS judge at the machine's time.
        counter.Clock.Now = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        var license = counter.Issue(1);
        var certificate = counter.Certify(license.Number);
        _published.Publish();
        using var read = X509CertificateLoader.LoadCertificateFromFile(_published.Full("certificates/100/0.cer"));
        var judges = new RevocationJudges(_folder, counter.Issuers);
        var nss = judges.Nss(read);

        Assert.Equal("good good good", Judge());
        counter.Apply(Counter.About(certificate, MatterType.LossReport));
        Assert.Equal("revoked revoked revoked", Judge());
        var report = counter.Authority.FindMatter(counter.Scalar("SELECT max(id) FROM matters"))!;
        Assert.True(counter.Authority.TryReject(Counter.Approver, new Approval(report.Id, report.ContentHash), "已找回", out _, out var refusal), refusal.ToString());
        Assert.Equal("good good good", Judge());
        counter.Change(MatterType.Suspension, license);
        Assert.Equal("good good good", Judge());
        counter.Change(MatterType.Revocation, license);
        Assert.Equal("revoked revoked revoked", Judge());

        string Judge()
        {
            counter.Clock.Now += TimeSpan.FromSeconds(10); // NSS takes later lists only
            Assert.Null(_published.Publish().Refusal);
            var shard = File.ReadAllBytes(_published.Full($"crl/{issuer}/100.crl"));
            var root = File.ReadAllBytes(_published.Full($"crl/{counter.Issuers.RootKey.PublicKey.Kid}/complete.crl"));
            return $"{judges.OpenSsl(read, shard)} {judges.CertTool(read, shard, root)} {nss(File.ReadAllBytes(_published.Full($"crl/{issuer}/complete.crl")))}";
        }
    }

    [Fact]
    public void Lists_are_made_anew_well_before_they_end_and_their_numbers_rise_over_restarts_and_a_lost_folder()
    {
        var counter = _published.Counter;
        var path = _published.Full($"crl/{counter.Issuers.Key.PublicKey.Kid}/complete.crl");
        _published.Publish();
        var first = OneLog.PublishedCrl.Read(path);

        counter.Clock.Now += TimeSpan.FromDays(5) - TimeSpan.FromMinutes(2);
        _published.Publish();
        var same = OneLog.PublishedCrl.Read(path);
        counter.Clock.Now += TimeSpan.FromMinutes(2);
        _published.Publish();
        var second = OneLog.PublishedCrl.Read(path);
        counter.Reopen();
        _published.Publish();
        var third = OneLog.PublishedCrl.Read(path);
        File.Delete(path);
        counter.Clock.Now += TimeSpan.FromSeconds(1);
        counter.Reopen();
        _published.Publish();
        var fourth = OneLog.PublishedCrl.Read(path);

        Assert.Equal(first.Number, same.Number);
        Assert.Equal(counter.Clock.Now.AddDays(7).AddSeconds(-1), second.NextUpdate);
        Assert.True(first.Number < second.Number && second.Number < third.Number && third.Number < fourth.Number, $"{first.Number} {second.Number} {third.Number} {fourth.Number}");
    }
}
