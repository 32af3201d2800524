using System.Formats.Asn1;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>What the public side says of every certificate of the log: by OCSP, kept answers among them, and by verdict. Its delegate is certified through the inbox.</summary>
internal sealed class OcspView : IDisposable
{
    private readonly PublishedCounter _published;
    private readonly SigningKey _key = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly Dictionary<string, byte[]> _requests = [];
    private PublicationFollower _follower = null!;
    private OcspDelegates _delegates = null!;
    private OcspResponder _responder = null!;

    public OcspView(PublishedCounter published)
    {
        _published = published;
        Open();
    }

    private Counter Counter => _published.Counter;

    private string State => Path.Combine(Counter.Folder, "verifier");

    public void Restart(bool forgetful)
    {
        Close();
        if (forgetful && Directory.Exists(State))
            Directory.Delete(State, recursive: true);
        Open();
    }

    public void Dispose()
    {
        Close();
        _key.Dispose();
    }

    /// <param name="reason">Number of the CRLReason of a certificate that is not good.</param>
    public void Check(Func<long, ReplayedModel> modelAt, Func<ModelCertificate, int> reason)
    {
        Assert.Null(_follower.PollAsync(CancellationToken.None).GetAwaiter().GetResult().Refusal);
        var view = _follower.View!;
        if (Refresh() is not null)
        {
            Desk(view).Run();
            Assert.Null(Refresh());
        }

        foreach (var one in modelAt(view.Checkpoint.Size).Certificates.Values)
        {
            Assert.Equal(one.Standing == Standing.Valid ? ("good", null, 0) : ("revoked", one.Since, reason(one)), Asked(one));
            var der = File.ReadAllBytes(_published.Full($"certificates/{one.List}/{one.Index}.cer"));
            Assert.Equal(Expected(one.Standing), view.Verify(new CertificateArtefact(der), Counter.Clock.Now).Value);
        }
    }

    private static VerdictValue Expected(Standing standing) => standing switch
    {
        Standing.Valid => VerdictValue.Valid,
        Standing.Suspended => VerdictValue.Suspended,
        Standing.Superseded => VerdictValue.Superseded,
        Standing.Cancelled => VerdictValue.Cancelled,
        _ => VerdictValue.Revoked,
    };

    // RFC 6960 4.2.1, down to the CertStatus of the one SingleResponse.
    private (string Status, DateTimeOffset? When, int Reason) Asked(ModelCertificate one)
    {
        var response = new AsnReader(_responder.AnswerAsync(Request(one.Serial)).AsTask().GetAwaiter().GetResult().Response, AsnEncodingRules.DER).ReadSequence();
        Assert.Equal(0, response.ReadEnumeratedBytes().Span[0]);
        var bytes = response.ReadSequence(Context(0)).ReadSequence();
        bytes.ReadObjectIdentifier();
        var data = new AsnReader(bytes.ReadOctetString(), AsnEncodingRules.DER).ReadSequence().ReadSequence();
        data.ReadSequence(Context(2));
        data.ReadGeneralizedTime();
        var single = data.ReadSequence().ReadSequence();
        var id = single.ReadSequence();
        id.ReadSequence();
        id.ReadOctetString();
        id.ReadOctetString();
        Assert.Equal(one.Serial, Convert.ToHexStringLower(id.ReadIntegerBytes().Span).TrimStart('0').PadLeft(one.Serial.Length, '0'));
        if (single.PeekTag().HasSameClassAndValue(Context(0)))
            return ("good", null, 0);
        var revoked = single.ReadSequence(Context(1));
        return ("revoked", revoked.ReadGeneralizedTime(), revoked.ReadSequence(Context(0)).ReadEnumeratedBytes().Span[0]);
    }

    private byte[] Request(string serial)
    {
        if (_requests.TryGetValue(serial, out var known))
            return known;
        var ca = Counter.Issuers.Certificate;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier("2.16.840.1.101.3.4.2.1"); // SHA-256
            writer.WriteOctetString(SHA256.HashData(ca.SubjectName.RawData));
            writer.WriteOctetString(SHA256.HashData(ca.PublicKey.EncodedKeyValue.RawData));
            writer.WriteIntegerUnsigned(Convert.FromHexString(serial));
        }

        return _requests[serial] = writer.Encode();
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);

    private Refusal? Refresh() => _delegates.RefreshAsync(_follower.View!.Trust, CancellationToken.None).GetAwaiter().GetResult();

    private DelegateDesk Desk(PublicationView view) => new(
        new DelegateSettings(
            Path.Combine(Counter.Folder, "inbox"), Counter.Settings.PublicationFolder,
            () => [new NamedDelegate("ocsp", Digest.Of(_key.PublicKey.SubjectPublicKeyInfo.Span))], TimeSpan.FromDays(14)),
        [Counter.Issuers.Subordinate], () => view.Trust.Card, new AuditLog(Counter.Register, Counter.Clock), new ClockConfirmation(Counter.Register, Counter.Settings, Counter.Clock));

    private void Open()
    {
        var source = PublicationSource.Open(Counter.Settings.PublicationFolder);
        _follower = new PublicationFollower(source, new FollowerSettings(_published.Anchor, State, HighWaterFolder: null), Counter.Clock);
        _delegates = new OcspDelegates(source, Path.Combine(Counter.Folder, "inbox"), () => new Unowned(_key), Counter.Clock);
        var options = new PublicVerificationOptions
        {
            Publications = new(_follower),
            PublicAddress = new Uri("http://127.0.0.1"),
            Ocsp = [new OcspSettings { Follower = _follower, Delegates = _delegates, SignaturesPerSecond = 100_000 }],
            Clock = Counter.Clock,
        };
        _responder = new OcspResponder(options.Ocsp[0], options.Clock, NullLogger<OcspResponder>.Instance);
    }

    private void Close()
    {
        _responder.Dispose();
        _delegates.Dispose();
        _follower.Dispose();
    }

    /// <summary>The key outlives the delegates that a restart ends.</summary>
    private sealed class Unowned(SigningKey key) : SigningKey
    {
        public override VerificationKey PublicKey => key.PublicKey;

        protected override byte[] SignCore(ReadOnlySpan<byte> message) => key.Sign(message);
    }
}
