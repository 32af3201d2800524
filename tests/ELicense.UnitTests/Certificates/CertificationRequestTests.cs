using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Certificates.Requests;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class CertificationRequestTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Reads_what_another_implementation_wrote_in_DER_and_PEM()
    {
        var der = Request("CN=x").CreateSigningRequest();

        Assert.True(CertificationRequest.TryRead(der, out var request, out var refusal), refusal.ToString());
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), request.Key.SubjectPublicKeyInfo.ToArray());
        Assert.Equal("x", request.Subject.Find(X509Oids.CommonName));

        var pem = Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", der) + "\n");
        Assert.True(CertificationRequest.TryRead(pem, out _, out refusal), refusal.ToString());
    }

    [Theory]
    [InlineData(2048, "SHA256")]
    [InlineData(3072, "SHA384")]
    public void Reads_requests_of_rsa_keys(int bits, string hash)
    {
        using var rsa = RSA.Create(bits);
        var der = new CertificateRequest("CN=x", rsa, new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1).CreateSigningRequest();

        Assert.True(CertificationRequest.TryRead(der, out var request, out var refusal), refusal.ToString());
        Assert.Equal(SubjectKeyKind.Rsa, request.Key.Kind);
    }

    [Fact]
    public void Refuses_a_weak_key()
    {
        using var rsa = RSA.Create(1024);
        AssertRefused(Codes.KeyWeak, new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest());
    }

    [Fact]
    public void Refuses_algorithms_that_are_not_served()
    {
        using var rsa = RSA.Create(2048);
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var koblitz = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        AssertRefused(Codes.AlgorithmUnsupported, new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss).CreateSigningRequest());
        AssertRefused(Codes.AlgorithmUnsupported, new CertificateRequest("CN=x", elliptic, HashAlgorithmName.SHA512).CreateSigningRequest());
        AssertRefused(Codes.AlgorithmUnsupported, new CertificateRequest("CN=x", koblitz, HashAlgorithmName.SHA256).CreateSigningRequest());
    }

    [Fact]
    public void Refuses_a_request_that_another_key_signed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(_key), HashAlgorithmName.SHA256);
        AssertRefused(Codes.RequestSignature, request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other)));
    }

    [Fact]
    public void Refuses_a_signature_of_another_kind_of_key()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(_key), HashAlgorithmName.SHA256);
        AssertRefused(Codes.RequestSignature, request.CreateSigningRequest(X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void A_subject_is_the_registers_or_empty()
    {
        var own = SubjectNames.Enterprise("福州示例有限公司", TestIssuers.CreditCode);
        Assert.True(Read(own).Names(own, out _));
        Assert.True(Read(new X500DistinguishedName("")).Names(own, out _));
        Assert.True(Read(new X500DistinguishedName("CN=福州示例有限公司")).Names(own, out _));
        foreach (var foreign in (string[])["CN=福州示例有限公司, E=a@example.cn", "CN=另一公司", "C=US", "OID.2.5.4.97=NTRCN-911100006000071500", "OU=福州示例有限公司"])
        {
            Assert.False(Read(new X500DistinguishedName(foreign)).Names(own, out var refusal));
            Assert.Equal(Codes.SubjectForeign, refusal.Code);
        }
    }

    [Fact]
    public void A_key_is_certified_once()
    {
        var request = Read(new X500DistinguishedName("CN=x"));
        var known = new HashSet<Digest>();
        Assert.True(request.IsNew(known.Contains, out _));

        known.Add(Digest.Of(_key.ExportSubjectPublicKeyInfo()));

        Assert.False(Read(new X500DistinguishedName("CN=y")).IsNew(known.Contains, out var refusal));
        Assert.Equal(Codes.KeyCertified, refusal.Code);
    }

    [Fact]
    public void Refuses_too_much_and_too_deep()
    {
        AssertRefused(Codes.TooLarge, new byte[CertificationRequest.MaxBytes + 1]);
        var deep = new List<byte>();
        for (var level = 0; level < 60; level++)
            deep.InsertRange(0, [0x30, (byte)deep.Count]);
        AssertRefused(Codes.TooDeep, [.. deep]);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\nand more")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n")]
    [InlineData("")]
    public void Refuses_what_is_no_request(string text) => AssertRefused(Codes.Malformed, Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Thousands_of_mutated_requests_are_refused_and_none_throws()
    {
        using var rsa = RSA.Create(2048);
        byte[][] rights =
        [
            Request("CN=福州示例有限公司, C=CN").CreateSigningRequest(),
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
        ];
        foreach (var right in rights)
        {
            foreach (var wrong in Mutations.Of(right, 3000))
                Assert.False(CertificationRequest.TryRead(wrong, out _, out _), Convert.ToHexString(wrong));
        }

        var pem = Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", rights[0]));
        foreach (var wrong in Mutations.Of(pem, 1000))
            CertificationRequest.TryRead(wrong, out _, out _);
    }

    private CertificateRequest Request(string subject) => new(subject, _key, HashAlgorithmName.SHA256);

    private CertificationRequest Read(X500DistinguishedName subject) =>
        CertificationRequest.TryRead(new CertificateRequest(subject, _key, HashAlgorithmName.SHA256).CreateSigningRequest(), out var request, out var refusal)
            ? request
            : throw new InvalidOperationException(refusal.ToString());

    private static void AssertRefused(string code, byte[] bytes)
    {
        Assert.False(CertificationRequest.TryRead(bytes, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }
}
