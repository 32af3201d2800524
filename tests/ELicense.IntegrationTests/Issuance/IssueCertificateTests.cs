using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class IssueCertificateTests(DatabaseServer databases) : IDisposable
{
    private readonly PublishedCounter _published = new(databases: databases);

    private Counter Counter => _published.Counter;

    public void Dispose() => _published.Dispose();

    [Fact]
    public void A_certificate_is_logged_and_published_and_says_what_the_register_says()
    {
        var (matter, license) = Licensed(1);
        using var token = new TokenKey();

        var certificate = Issue(matter, token.Request(), keyMadeAtCounter: true);

        var entry = Entries()[^1];
        Assert.Equal(
            (LogEntryKind.CertificateIssued, new CertificateSubject(Counter.Issuers.Key.PublicKey.Kid, certificate.Serial.Hex), 100, 0, Standing.Valid, Digest.Of(certificate.Der.Span)),
            (entry.Kind, entry.Subject, entry.List, entry.Index, entry.Standing, entry.Digest));
        using var read = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
        Assert.Equal(token.Key.ExportSubjectPublicKeyInfo(), read.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Contains($"NTRCN-{license.CreditCode}", read.Subject, StringComparison.Ordinal);
        _published.Publish();
        Assert.Equal(certificate.Der.ToArray(), File.ReadAllBytes(_published.Full("certificates/100/0.cer")));
        Assert.Equal(Counter.Issuers.Certificate.RawData, File.ReadAllBytes(_published.Full($"ca/{Counter.Issuers.Key.PublicKey.Kid}.cer")));
        Assert.Equal((Standing.Valid, Standing.NotIssued, 2L), Published(100) is var (list, size) ? (list[0], list[1], size) : default);
    }

    [Fact]
    public void A_matter_gives_the_right_to_one_certificate_and_a_repeated_call_gets_it_again()
    {
        var (matter, _) = Licensed(1);
        using var token = new TokenKey();
        using var other = new TokenKey();
        var first = Issue(matter, token.Request());

        Counter.Reopen();
        var again = Issue(matter, token.Request());

        Assert.Equal(first.Der.ToArray(), again.Der.ToArray());
        Assert.Equal(first.Challenge, again.Challenge);
        Assert.Equal(Codes.CertificateIssued, Refused(matter, other.Request()));
        Assert.Equal(2, Entries().Count);
    }

    [Fact]
    public void A_key_is_certified_once_over_all_enterprises()
    {
        using var token = new TokenKey();
        Issue(Licensed(1).Matter, token.Request());

        Assert.Equal(Codes.KeyCertified, Refused(Licensed(2).Matter, token.Request()));
    }

    [Fact]
    public void Only_what_is_done_and_makes_a_version_gives_a_right()
    {
        using var token = new TokenKey();
        var applied = Counter.Apply(Enterprise.Issuance(2));
        var (_, license) = Licensed(1);
        var suspension = Counter.Change(MatterType.Suspension, license);

        Assert.Equal(Codes.NotFound, Refused(4711, token.Request()));
        Assert.Equal(Codes.StateConflict, Refused(applied.Id, token.Request()));
        Assert.Equal(Codes.StateConflict, Refused(suspension.MatterId, token.Request()));
    }

    [Fact]
    public void A_license_that_is_not_valid_gets_no_certificate()
    {
        var (matter, license) = Licensed(1);
        using var token = new TokenKey();
        Counter.Change(MatterType.Suspension, license);

        Assert.Equal(Codes.TransitionRefused, Refused(matter, token.Request()));

        Counter.Change(MatterType.Resumption, license);
        Issue(matter, token.Request());
    }

    [Fact]
    public void A_foreign_subject_a_weak_key_and_a_request_that_is_not_its_keys_are_refused()
    {
        var (matter, _) = Licensed(1);
        using var token = new TokenKey();
        using var weak = RSA.Create(1024);
        var changed = token.Request();
        changed[^1] ^= 1;

        Assert.Equal(Codes.SubjectForeign, Refused(matter, token.Request("CN=Mallory")));
        Assert.Equal(Codes.KeyWeak, Refused(matter, new CertificateRequest("", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest()));
        Assert.Equal(Codes.RequestSignature, Refused(matter, changed));
        Assert.Equal(Codes.Malformed, Refused(matter, "no request"u8.ToArray()));
        Issue(matter, token.Request());
    }

    [Fact]
    public void A_certificate_is_handed_over_when_the_token_signs_its_challenge()
    {
        var (matter, _) = Licensed(1);
        using var token = new TokenKey();
        using var other = new TokenKey();
        var certificate = Issue(matter, token.Request());

        Assert.Null(certificate.HandedOverAt);
        Assert.False(Counter.Authority.Certificates.TryConfirm(Counter.Clerk, matter, other.Sign(certificate.Challenge), out _, out var refusal));
        Assert.Equal(Codes.HolderSignature, refusal.Code);
        Assert.True(Counter.Authority.Certificates.TryConfirm(Counter.Clerk, matter, token.Sign(certificate.Challenge), out var confirmed, out refusal), refusal.ToString());
        Assert.Equal(Counter.Clock.Now, confirmed.HandedOverAt);
        Assert.Equal(Counter.Clock.Now, Counter.Authority.Certificates.Find(matter)!.HandedOverAt);
    }

    [Fact]
    public void What_was_prepared_before_a_kill_is_finished_with_the_same_bytes()
    {
        var (matter, _) = Licensed(1);
        using var token = new TokenKey();
        Assert.True(Cryptography.Certificates.Requests.CertificationRequest.TryRead(token.Request(), out var request, out _));
        Assert.Null(new IssueCertificate(Counter.Register, Counter.Settings, Counter.Keys, Counter.Clock).Prepare(Counter.Clerk, matter, request, keyMadeAtCounter: false));
        var prepared = Counter.Database.Rows("SELECT to_be_signed FROM prepared_certificates").Single();
        Assert.Null(Counter.Authority.Certificates.Find(matter));

        Counter.Reopen();
        Counter.Authority.FinishPending(_ => { });

        var certificate = Counter.Authority.Certificates.Find(matter)!;
        Assert.Contains(prepared, Convert.ToHexString(certificate.Der.Span), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(certificate.Der.ToArray(), Issue(matter, token.Request()).Der.ToArray());
    }

    private (long Matter, ReleasedLicense License) Licensed(int number)
    {
        var result = Counter.Authority.CarryOut([Counter.Approve(Counter.Apply(Enterprise.Issuance(number)))])[0];
        return (result.MatterId, result.License!);
    }

    private EnterpriseCertificate Issue(long matter, byte[] request, bool keyMadeAtCounter = false) =>
        Counter.Authority.Certificates.TryIssue(Counter.Clerk, matter, request, keyMadeAtCounter, out var certificate, out var refusal)
            ? certificate
            : throw new InvalidOperationException(refusal.ToString());

    private string Refused(long matter, byte[] request)
    {
        Assert.False(Counter.Authority.Certificates.TryIssue(Counter.Clerk, matter, request, keyMadeAtCounter: false, out _, out var refusal));
        return refusal.Code;
    }

    private IReadOnlyList<LogEntry> Entries() =>
    [
        .. Counter.Database.Rows("SELECT entry FROM whole_log ORDER BY position").Select(hex =>
            LogEntry.TryDecode(Convert.FromHexString(hex), out var entry, out var refusal) ? entry : throw new InvalidOperationException(refusal.ToString())),
    ];

    private (StatusList List, long LogSize) Published(int list) =>
        CoseSign1.TryDecode(File.ReadAllBytes(_published.Full($"status/certificates/{list}.cwt")), StatusListToken.MaxBytes, out var message, out _)
        && StatusListToken.TryDecodeCwtClaims(message.Payload, StatusList.CertificateListLength, out var token, out _)
            ? (token.List, token.LogSize)
            : throw new InvalidOperationException("The certificate status list cannot be read.");
}

/// <summary>The key on an enterprise's token, with what a counter asks of it.</summary>
internal sealed class TokenKey : IDisposable
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>PKCS #10, DER; by default without a subject.</summary>
    public byte[] Request(string subject = "") => new CertificateRequest(subject, Key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public byte[] Sign(string challenge) => Key.SignData(Encoding.ASCII.GetBytes(challenge), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => Key.Dispose();
}

public sealed class IssueCertificateOnSqliteTests() : IssueCertificateTests(EmbeddedDatabases.Instance);

public sealed class IssueCertificateOnPostgresTests(PostgresCluster cluster) : IssueCertificateTests(cluster);
