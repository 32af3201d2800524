using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates.Ocsp;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>OpenSSL and GnuTLS ask with their own requests and judge our answers.</summary>
public sealed class OcspTests(SoftHsmFixture softHsm) : IDisposable
{
    private static readonly OcspStatus Good = new OcspStatus.Good();
    private readonly CertificateFolder _folder = new();
    private readonly TestIssuers _issuers = new();
    private readonly SoftwareSigningKey _key = SoftwareSigningKey.Generate(Suite.Es256);

    public void Dispose()
    {
        _issuers.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("-sha1", "-no_nonce")]
    [InlineData("-sha256", "-no_nonce")]
    [InlineData("-sha1", "-nonce")]
    [InlineData("-sha256", "-nonce")]
    public void Openssl_says_good_with_either_hash_with_and_without_nonce(string hash, string nonce)
    {
        using var enterprise = Enterprise();

        var said = Ask(enterprise, Good, hash, nonce);

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": good\n", said, StringComparison.Ordinal);
        Assert.Contains($"This Update: {Time(TestIssuers.Now)}", said, StringComparison.Ordinal);
        Assert.Contains($"Next Update: {Time(TestIssuers.Now.AddHours(12))}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("nonce", said, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(RevocationReason.PrivilegeWithdrawn, "(UNKNOWN)")] // OpenSSL has no name for 9
    [InlineData(RevocationReason.CessationOfOperation, "cessationOfOperation")]
    [InlineData(RevocationReason.CertificateHold, "certificateHold")]
    [InlineData(RevocationReason.Superseded, "superseded")]
    public void Openssl_says_revoked_with_reason_and_time(RevocationReason reason, string name)
    {
        using var enterprise = Enterprise();
        var when = TestIssuers.Now.AddHours(-5);

        var said = Ask(enterprise, new OcspStatus.Revoked(when, reason), "-sha256", "-nonce");

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains(": revoked\n", said, StringComparison.Ordinal);
        Assert.Contains($"Reason: {name}\n", said, StringComparison.Ordinal);
        Assert.Contains($"Revocation Time: {Time(when)}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_serial_never_issued_is_revoked_since_1970_with_the_extension_or_unauthorized()
    {
        using var enterprise = Enterprise();

        var said = Ask(enterprise, new OcspStatus.NeverIssued(), "-sha256", "-no_nonce", "-resp_text");

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains("Revocation Time: Jan  1 00:00:00 1970 GMT", said, StringComparison.Ordinal);
        Assert.Contains("Reason: certificateHold", said, StringComparison.Ordinal);
        Assert.Contains("valid:", said, StringComparison.Ordinal); // OpenSSL's name for 1.3.6.1.5.5.7.48.1.9, from before RFC 6960
        // RFC 6960 4.4.8: the identifier, and NULL as its value.
        Assert.Contains("06092B060105050730010904020500", Convert.ToHexString(File.ReadAllBytes(Path.Combine(_folder.Path, "response.der"))), StringComparison.Ordinal);
        Assert.Contains("Responder Error: unauthorized (6)", Judge(enterprise, "-sha256", "-no_nonce", _ => OcspResponse.Unauthorized.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Openssl_names_the_other_errors()
    {
        using var enterprise = Enterprise();

        Assert.Contains("malformedrequest (1)", Judge(enterprise, "-sha256", "-no_nonce", _ => OcspResponse.MalformedRequest.ToArray()), StringComparison.Ordinal);
        Assert.Contains("internalerror (2)", Judge(enterprise, "-sha256", "-no_nonce", _ => OcspResponse.InternalError.ToArray()), StringComparison.Ordinal);
        Assert.Contains("trylater (3)", Judge(enterprise, "-sha256", "-no_nonce", _ => OcspResponse.TryLater.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_certificates_in_one_request_have_their_own_answers()
    {
        using var first = Enterprise();
        using var second = Enterprise();
        var path = Path.Combine(_folder.Path, "two.der");
        Programs.Run("openssl", ["ocsp", "-issuer", _folder.Pem(_issuers.Certificate), "-cert", _folder.Pem(first), "-cert", _folder.Pem(second), "-reqout", path]);
        var request = Read(path);
        var revoked = new OcspStatus.Revoked(TestIssuers.Now.AddHours(-1), RevocationReason.PrivilegeWithdrawn);
        var response = _folder.Write("two.resp", Sign(Signer(_key), [new(request.Certificates[0], Good), new(request.Certificates[1], revoked)], request.Nonce));

        var said = Run("openssl", "ocsp", "-issuer", _folder.Pem(_issuers.Certificate), "-cert", _folder.Pem(first), "-cert", _folder.Pem(second), "-respin", response,
            "-CAfile", _folder.Pem(_issuers.RootCertificate), "-verify_other", _folder.Pem(_issuers.Certificate), "-no_nonce");

        Assert.Equal(2, request.Certificates.Count);
        Assert.Equal(1, said.Split(": good\n").Length - 1);
        Assert.Equal(1, said.Split(": revoked\n").Length - 1);
    }

    [Fact]
    public void Ocsptool_asks_and_accepts_the_answer()
    {
        using var enterprise = Enterprise();
        var request = Path.Combine(_folder.Path, "gnutls.req");
        Programs.Run("ocsptool", ["--generate-request", "--load-issuer", _folder.Pem(_issuers.Certificate), "--load-cert", _folder.Pem(enterprise), "--outfile", request]);
        var read = Read(request);
        var good = _folder.Write("gnutls.good", Sign(Signer(_key), [new(read.Certificates[0], Good)], read.Nonce));
        var bad = _folder.Write("gnutls.bad", Sign(Signer(_key), [new(read.Certificates[0], new OcspStatus.Revoked(TestIssuers.Now.AddHours(-1), RevocationReason.PrivilegeWithdrawn))], read.Nonce));

        var verified = Run("ocsptool", "--verify-response", "--load-trust", _folder.Pem(_issuers.Certificate), "--infile", good);

        Assert.Contains("Verifying OCSP Response: Success", verified, StringComparison.Ordinal);
        Assert.Contains("Certificate Status: good", Run("ocsptool", "--response-info", "--infile", good), StringComparison.Ordinal);
        var revoked = Run("ocsptool", "--response-info", "--infile", bad);
        Assert.Contains("Certificate Status: revoked", revoked, StringComparison.Ordinal);
        Assert.Contains("A0030A0109", Convert.ToHexString(File.ReadAllBytes(bad)), StringComparison.Ordinal); // [0] CRLReason privilegeWithdrawn; neither program has a name for it
    }

    [Fact]
    public void A_delegate_in_a_token_signs()
    {
        using var enterprise = Enterprise();
        using var key = Pkcs11SigningKey.Generate(softHsm.NewToken("ocsp"), Suite.Es256, "ocsp");

        var said = Judge(enterprise, "-sha256", "-nonce", request => Sign(Signer(key), [new(request.Certificates[0], Good)], request.Nonce));

        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_with_one_byte_changed_does_not_verify()
    {
        using var enterprise = Enterprise();
        var said = Judge(enterprise, "-sha256", "-no_nonce", request =>
        {
            var response = Sign(Signer(_key), [new(request.Certificates[0], Good)], request.Nonce);
            response[response.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x80, 0x00])] = 0x82; // good, written as unknown
            return response;
        });

        Assert.DoesNotContain("Response verify OK", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_signed_outside_the_delegates_period_or_for_another_ca()
    {
        using var enterprise = Enterprise();
        var request = Request(enterprise, "-sha256", "-no_nonce");
        var signer = Signer(_key);
        OcspAnswer[] answers = [new(request.Certificates[0], Good)];
        using var others = new TestIssuers();
        using var foreign = others.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));
        Programs.Run("openssl", ["ocsp", "-issuer", _folder.Pem(others.Certificate), "-cert", _folder.Pem(foreign), "-reqout", Path.Combine(_folder.Path, "foreign.der")]);

        Assert.Throws<InvalidOperationException>(() => Sign(signer, answers, signer.To.AddSeconds(1), TestIssuers.Now, signer.To.AddDays(1)));
        Assert.Throws<InvalidOperationException>(() => Sign(signer, answers, signer.From.AddSeconds(-1), signer.From.AddDays(-1), signer.To));
        Assert.Throws<InvalidOperationException>(() => Sign(signer, [new(Read(Path.Combine(_folder.Path, "foreign.der")).Certificates[0], Good)], null));

        // Next to its end an answer lasts as long as the delegate and no longer.
        var last = _folder.Write("last.resp", Sign(signer, answers, TestIssuers.Now, TestIssuers.Now, signer.To.AddDays(3)));
        Assert.Contains($"Next Update: {Time(signer.To)}", Programs.Run("openssl", ["ocsp", "-respin", last, "-resp_text", "-noverify"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_no_delegates_makes_no_signer()
    {
        using var officer = _issuers.Subordinate.Issue(TestIssuers.Profiles.Officer, TestIssuers.Officer(SubjectPublicKey.Of(_key.PublicKey)));
        using var others = new TestIssuers();
        using var delegated = others.Subordinate.Issue(TestIssuers.Profiles.OcspSigner, TestIssuers.Delegate(SubjectPublicKey.Of(_key.PublicKey)));

        Assert.Throws<ArgumentException>(() => new OcspSigner(Turns(_key), officer, _issuers.Certificate));
        Assert.Throws<ArgumentException>(() => new OcspSigner(Turns(_key), delegated, _issuers.Certificate));
        Assert.Throws<ArgumentException>(() => new OcspSigner(Turns(_issuers.Key), delegated, others.Certificate));
    }

    private X509Certificate2 Enterprise() => _issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

    private static SigningTurns Turns(SigningKey key) => new(key, TimeProvider.System);

    private OcspSigner Signer(SigningKey key) =>
        new(Turns(key), _issuers.Subordinate.Issue(TestIssuers.Profiles.OcspSigner, TestIssuers.Delegate(SubjectPublicKey.Of(key.PublicKey))), _issuers.Certificate);

    private static byte[] Sign(OcspSigner signer, IReadOnlyList<OcspAnswer> answers, ReadOnlyMemory<byte>? nonce) =>
        Sign(signer, answers, TestIssuers.Now, TestIssuers.Now, TestIssuers.Now.AddHours(12), nonce);

    private static byte[] Sign(
        OcspSigner signer, IReadOnlyList<OcspAnswer> answers, DateTimeOffset now, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, ReadOnlyMemory<byte>? nonce = null) =>
        signer.SignAsync(answers, now, thisUpdate, nextUpdate, nonce).GetAwaiter().GetResult();

    private string Ask(X509Certificate2 certificate, OcspStatus status, string hash, string nonce, params string[] more) =>
        Judge(certificate, hash, nonce, request => Sign(Signer(_key), [new(request.Certificates[0], status)], request.Nonce), more);

    /// <summary>
    /// openssl makes the request, we answer, openssl judges twice: with the same request again, so that the nonce is compared, and by certificate, so that the standing is shown
    /// (-reqin is ignored beside -cert; -no_nonce keeps the nonce of the file).
    /// </summary>
    private string Judge(X509Certificate2 certificate, string hash, string nonce, Func<OcspRequest, byte[]> answer, params string[] more)
    {
        var request = Request(certificate, hash, nonce);
        var response = _folder.Write("response.der", answer(request));
        string[] judge = ["-no_nonce", "-respin", response, "-CAfile", _folder.Pem(_issuers.RootCertificate), "-verify_other", _folder.Pem(_issuers.Certificate), .. more];
        return Run("openssl", ["ocsp", "-reqin", Path.Combine(_folder.Path, "request.der"), .. judge])
            + Run("openssl", ["ocsp", "-issuer", _folder.Pem(_issuers.Certificate), hash, "-cert", _folder.Pem(certificate), .. judge]);
    }

    private OcspRequest Request(X509Certificate2 certificate, string hash, string nonce)
    {
        var path = Path.Combine(_folder.Path, "request.der");
        Programs.Run("openssl", ["ocsp", "-issuer", _folder.Pem(_issuers.Certificate), hash, "-cert", _folder.Pem(certificate), nonce, "-reqout", path]);
        var request = Read(path);
        Assert.Equal(nonce == "-nonce", request.Nonce is not null);
        return request;
    }

    private static OcspRequest Read(string path) =>
        OcspRequest.TryRead(File.ReadAllBytes(path), out var request, out var refusal) ? request : throw new InvalidOperationException(refusal.ToString());

    private static string Run(string program, params string[] arguments) => Programs.Run("sh", ["-c", "\"$@\" 2>&1 || true", "sh", program, .. arguments]);

    private static string Time(DateTimeOffset time) => CertificateFolder.Time(time);
}
