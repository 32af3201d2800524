using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class ForeignCertificateTests
{
    [Fact]
    public void DER_and_PEM_of_a_certificate_are_read()
    {
        using var issuers = new TestIssuers();
        var pem = "Subject: somebody\n" + issuers.Certificate.ExportCertificatePem() + "\n";

        Assert.True(ForeignCertificate.TryLoad(issuers.Certificate.RawData, out var der, out _));
        Assert.True(ForeignCertificate.TryLoad(Encoding.ASCII.GetBytes(pem), out var text, out _));

        Assert.Equal((issuers.Certificate.Thumbprint, issuers.Certificate.Thumbprint), (der.Thumbprint, text.Thumbprint));
    }

    [Theory]
    [InlineData("", Codes.Malformed)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", Codes.Malformed)]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", Codes.Malformed)]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----", Codes.Malformed)]
    public void What_is_no_certificate_is_malformed(string text, string code)
    {
        Assert.False(ForeignCertificate.TryLoad(Encoding.ASCII.GetBytes(text), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Depth_and_size_are_bounded_in_either_form()
    {
        byte[] deep = [];
        for (var level = 0; level < 30; level++)
            deep = [0x30, (byte)deep.Length, .. deep];
        var large = new byte[20_000];
        (large[0], large[1], large[2], large[3]) = (0x30, 0x82, 0x4e, 0x1c);

        foreach (var (bytes, code) in new[] { (deep, Codes.TooDeep), (large, Codes.TooLarge) })
        {
            Assert.False(ForeignCertificate.TryLoad(bytes, out _, out var refusal));
            Assert.Equal(code, refusal.Code);
            Assert.False(ForeignCertificate.TryLoad(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", bytes)), out _, out refusal));
            Assert.Equal(code, refusal.Code);
        }
    }
}
