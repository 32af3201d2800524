using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>Requests that OpenSSL and GnuTLS make.</summary>
public sealed class CertificationRequestTests : IDisposable
{
    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-256", SubjectKeyKind.P256)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha512", SubjectKeyKind.P256)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384", SubjectKeyKind.P384)]
    [InlineData("-newkey rsa:2048", SubjectKeyKind.Rsa)]
    [InlineData("-newkey ed25519", SubjectKeyKind.Ed25519)]
    [InlineData("-newkey rsa:3072 -addext subjectAltName=DNS:evil.example -addext basicConstraints=CA:TRUE", SubjectKeyKind.Rsa)]
    public void What_openssl_makes_becomes_a_certificate_of_our_profile(string options, SubjectKeyKind kind)
    {
        var pem = OpenSslRequest(options);
        Assert.Contains("self-signature verify OK", Run("openssl", "req", "-verify", "-noout", "-in", pem), StringComparison.Ordinal);

        Assert.True(CertificationRequest.TryRead(File.ReadAllBytes(pem), out var request, out var refusal), refusal.ToString());
        Assert.Equal(kind, request.Key.Kind);

        using var issuers = new TestIssuers();
        using var certificate = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(request.Key));
        Assert.Equal(Programs.Run("openssl", ["req", "-pubkey", "-noout", "-in", pem]), Programs.Run("openssl", ["x509", "-pubkey", "-noout", "-in", _folder.Pem(certificate)]));
        Assert.DoesNotContain("evil.example", _folder.Text(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public void What_certtool_makes_is_read_too()
    {
        var (key, template, pem) = (_folder.Write("key.pem", ""), _folder.Write("template", "cn = \"x\"\n"), Path.Combine(_folder.Path, "request.pem"));
        Programs.Run("certtool", ["--generate-privkey", "--key-type", "ecdsa", "--curve", "secp256r1", "--outfile", key]);
        Programs.Run("certtool", ["--generate-request", "--load-privkey", key, "--template", template, "--outfile", pem, "--no-text"]);

        Assert.True(CertificationRequest.TryRead(File.ReadAllBytes(pem), out var request, out var refusal), refusal.ToString());
        Assert.Equal("x", request.Subject.Find(X509Oids.CommonName));
    }

    [Theory]
    [InlineData("-newkey rsa:1024", Codes.KeyWeak)]
    [InlineData("-newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:3", Codes.KeyWeak)]
    [InlineData("-newkey rsa:2048 -sha1", Codes.AlgorithmUnsupported)]
    [InlineData("-newkey rsa:2048 -sigopt rsa_padding_mode:pss", Codes.AlgorithmUnsupported)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1", Codes.AlgorithmUnsupported)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", Codes.AlgorithmUnsupported)]
    [InlineData("-newkey ed448", Codes.AlgorithmUnsupported)]
    public void What_is_weak_or_not_served_is_refused(string options, string code)
    {
        Assert.False(CertificationRequest.TryRead(File.ReadAllBytes(OpenSslRequest(options)), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    // The last byte of the signature is changed: openssl says failure, we say request-signature.
    [Fact]
    public void A_changed_signature_is_refused_by_openssl_and_by_us()
    {
        var der = PemDer(OpenSslRequest("-newkey rsa:2048"));
        der[^1] ^= 1;
        var path = _folder.Write("changed.der", der);

        Assert.Contains("verify failure", Run("openssl", "req", "-verify", "-noout", "-inform", "DER", "-in", path), StringComparison.Ordinal);
        Assert.False(CertificationRequest.TryRead(der, out _, out var refusal));
        Assert.Equal(Codes.RequestSignature, refusal.Code);
    }

    private string OpenSslRequest(string options)
    {
        var path = Path.Combine(_folder.Path, Path.GetRandomFileName() + ".csr");
        Programs.Run("openssl", ["req", "-new", "-nodes", "-subj", "/CN=x", "-keyout", Path.Combine(_folder.Path, "openssl.key"), "-out", path, .. options.Split(' ')]);
        return path;
    }

    private static byte[] PemDer(string path)
    {
        var text = File.ReadAllText(path);
        return Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
    }

    /// <returns>What the program said on either stream, whatever its exit code.</returns>
    private static string Run(string program, params string[] arguments) =>
        Programs.Run("sh", ["-c", "\"$@\" 2>&1 || true", "sh", program, .. arguments]);
}
