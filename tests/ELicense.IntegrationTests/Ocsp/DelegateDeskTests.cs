using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Issuance;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>Requests of delegates in a hostile inbox, and their certificates in the publication.</summary>
public sealed class DelegateDeskTests : IDisposable
{
    private static readonly X500DistinguishedName Nobody = new([0x30, 0x00]);
    private readonly PublishedCounter _published = new();
    private readonly Pkcs11SigningKey _key;
    private readonly OcspDelegates _delegates;
    private readonly DelegateDesk _desk;
    private readonly VerifiedTrust _trust;

    public DelegateDeskTests(SoftHsmFixture softHsm)
    {
        _key = Pkcs11SigningKey.Generate(softHsm.NewToken("public zone"), Suite.Es256, "ocsp");
        _trust = VerifiedTrust.TryOpen(_published.SignedCard(2), _published.Anchor, Counter.Clock.Now, out var trust, out var refusal) ? trust : throw new InvalidOperationException(refusal.ToString());
        _delegates = new OcspDelegates(PublicationSource.Open(Counter.Settings.PublicationFolder), Inbox, () => _key, Counter.Clock);
        _desk = Desk(new NamedDelegate("ocsp", Digest.Of(_key.PublicKey.SubjectPublicKeyInfo.Span)));
    }

    private Counter Counter => _published.Counter;

    private string Inbox => Path.Combine(Counter.Folder, "inbox");

    private string Answer => _published.Full($"delegates/{Counter.Issuers.Subordinate.Kid}-{_key.PublicKey.Kid}.cer");

    public void Dispose()
    {
        _delegates.Dispose();
        _published.Dispose();
    }

    [Fact]
    public async Task A_request_goes_through_the_inbox_and_the_certificate_comes_back_by_the_publication()
    {
        Assert.Equal(Codes.DelegateWaits, (await RefreshAsync())?.Code);
        var request = Assert.Single(Directory.GetFiles(Inbox));
        Assert.Contains("Certificate request self-signature verify OK", OcspStation.Run("openssl", "req", "-verify", "-noout", "-inform", "DER", "-in", request), StringComparison.Ordinal);

        var outcome = Assert.Single(_desk.Run());

        Assert.Null(outcome.Refusal);
        Assert.Empty(Directory.GetFiles(Inbox));
        Assert.Null(await RefreshAsync());
        var text = Programs.Run("openssl", ["x509", "-text", "-noout", "-inform", "DER", "-in", Answer]);
        Assert.Contains("OCSP Signing", text, StringComparison.Ordinal);
        Assert.Contains("OCSP No Check", text, StringComparison.Ordinal);
        Assert.Contains(CertificateText(Counter.Clock.Now.AddMinutes(-5).AddDays(14)), text, StringComparison.Ordinal);
        Assert.Contains("certify-delegate", new AuditLog(Counter.Register, Counter.Clock).Read(0, 100).Select(entry => entry.Act));
    }

    [Fact]
    public async Task It_is_renewed_when_half_of_its_life_is_over_and_not_before()
    {
        await CertifyAsync();
        var first = File.ReadAllBytes(Answer);
        Counter.Clock.Now += TimeSpan.FromDays(6.9);
        Assert.Null(await RefreshAsync());
        Assert.False(Directory.EnumerateFiles(Inbox).Any());

        Counter.Clock.Now += TimeSpan.FromDays(0.2);
        await CertifyAsync();

        Assert.NotEqual(first, File.ReadAllBytes(Answer));
        Assert.Null(await RefreshAsync());
    }

    [Fact]
    public async Task Who_repeats_an_old_request_gets_nothing_for_it()
    {
        await CertifyAsync();
        var first = File.ReadAllBytes(Answer);
        Put(CertificationRequest.Write(_key, Nobody));

        Assert.Null(Assert.Single(_desk.Run()).Refusal);

        Assert.Equal(first, File.ReadAllBytes(Answer));
        Assert.Empty(Directory.GetFiles(Inbox));
    }

    [Fact]
    public void Only_named_keys_are_certified()
    {
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);
        Put(CertificationRequest.Write(stranger, Nobody));
        Assert.Equal(Codes.DelegateUnknown, Assert.Single(_desk.Run()).Refusal?.Code);

        Put(CertificationRequest.Write(_key, Nobody));
        Assert.Equal(Codes.DelegateUnknown, Assert.Single(Desk(new NamedDelegate("badge", Digest.Of(_key.PublicKey.SubjectPublicKeyInfo.Span))).Run()).Refusal?.Code);

        Put(CertificationRequest.Write(_key, new X500DistinguishedName("CN=somebody else")));
        Assert.Equal(Codes.SubjectForeign, Assert.Single(_desk.Run()).Refusal?.Code);
        Assert.False(Directory.Exists(_published.Full("delegates")));
    }

    [Fact]
    public void Under_a_card_that_lets_nobody_delegate_nothing_is_certified()
    {
        Put(CertificationRequest.Write(_key, Nobody));
        var desk = new DelegateDesk(
            Settings(new NamedDelegate("ocsp", Digest.Of(_key.PublicKey.SubjectPublicKeyInfo.Span))), [Counter.Issuers.Subordinate], () => _trust.Card with { Delegations = [] },
            new AuditLog(Counter.Register, Counter.Clock), new ClockConfirmation(Counter.Register, Counter.Settings, Counter.Clock));

        Assert.Equal(Codes.DelegateUnknown, Assert.Single(desk.Run()).Refusal?.Code);
    }

    [Theory]
    [InlineData(KeyRole.OfficersCa, null)]
    [InlineData(KeyRole.EnterpriseCa, Codes.DelegateUnknown)]
    public void A_key_for_receipts_is_certified_by_an_officers_CA_and_by_no_other(KeyRole role, string? refused)
    {
        var ca = Counter.Issuers.Subordinate;
        var card = _trust.Card with
        {
            Keys = [.. _trust.Card.Keys.Select(key => key.Kid == ca.Kid ? key with { Role = role } : key)],
            Delegations = [new Delegation("receipt", ca.Kid, "1.3.6.1.4.1.32473.3.2")],
        };
        Put(CertificationRequest.Write(_key, Nobody));
        var desk = new DelegateDesk(
            Settings(new NamedDelegate("receipt", Digest.Of(_key.PublicKey.SubjectPublicKeyInfo.Span))), [ca], () => card, new AuditLog(Counter.Register, Counter.Clock),
            new ClockConfirmation(Counter.Register, Counter.Settings, Counter.Clock));

        Assert.Equal(refused, Assert.Single(desk.Run()).Refusal?.Code);
        if (refused is null)
            Assert.Contains("1.3.6.1.4.1.32473.3.2", Programs.Run("openssl", ["x509", "-text", "-noout", "-inform", "DER", "-in", Answer]), StringComparison.Ordinal);
        else
            Assert.False(File.Exists(Answer));
    }

    [Fact]
    public void What_is_no_request_of_a_delegate_is_left_alone_or_refused()
    {
        Directory.CreateDirectory(Inbox);
        File.WriteAllBytes(Path.Combine(Inbox, "notes.txt"), [0x30]);
        File.WriteAllBytes(Path.Combine(Inbox, new string('a', 64)), CertificationRequest.Write(_key, Nobody)); // not its hash: half-written, or a lie
        Put([0xd2, 0x84]); // a filing for another desk
        File.CreateSymbolicLink(Path.Combine(Inbox, new string('b', 64)), "/dev/zero");
        Assert.Empty(_desk.Run());
        Assert.Equal(4, Directory.GetFileSystemEntries(Inbox).Length);

        Put([0x30, 0x03, 0x02, 0x01, 0x00]);
        Assert.Equal(Codes.Malformed, Assert.Single(_desk.Run()).Refusal?.Code);
        Assert.Equal(4, Directory.GetFileSystemEntries(Inbox).Length);
    }

    [Fact]
    public async Task A_certificate_that_is_none_of_the_cas_is_not_taken()
    {
        await RefreshAsync();
        using var others = new UnitTests.Certificates.TestIssuers();
        using var foreign = others.Subordinate.Issue(
            UnitTests.Certificates.TestIssuers.Profiles.OcspSigner, UnitTests.Certificates.TestIssuers.Delegate(Cryptography.Certificates.PublicKeys.SubjectPublicKey.Of(_key.PublicKey)));
        Directory.CreateDirectory(_published.Full("delegates"));
        await File.WriteAllBytesAsync(Answer, foreign.RawData, TestContext.Current.CancellationToken);

        Assert.Equal(Codes.DelegateRefused, (await RefreshAsync())?.Code);
    }

    private async Task CertifyAsync()
    {
        await RefreshAsync();
        Assert.Null(Assert.Single(_desk.Run()).Refusal);
        Assert.Null(await RefreshAsync());
    }

    private Task<Refusal?> RefreshAsync() => _delegates.RefreshAsync(_trust, TestContext.Current.CancellationToken);

    private DelegateDesk Desk(params NamedDelegate[] named) => new(
        Settings(named), [Counter.Issuers.Subordinate], () => _trust.Card, new AuditLog(Counter.Register, Counter.Clock),
        new ClockConfirmation(Counter.Register, Counter.Settings, Counter.Clock));

    private DelegateSettings Settings(params NamedDelegate[] named) => new(Inbox, Counter.Settings.PublicationFolder, () => named, TimeSpan.FromDays(14));

    private void Put(byte[] filing)
    {
        Directory.CreateDirectory(Inbox);
        File.WriteAllBytes(Path.Combine(Inbox, Digest.Of(filing).ToString()), filing);
    }

    private static string CertificateText(DateTimeOffset end) => "Not After : " + Certificates.CertificateFolder.Time(end);
}
