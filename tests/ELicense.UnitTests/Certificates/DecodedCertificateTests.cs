using ELicense.Core;
using ELicense.Cryptography.Certificates;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class DecodedCertificateTests
{
    [Fact]
    public void Thousands_of_mutated_certificates_are_refused_or_fail_their_lints_and_none_throws()
    {
        using var issuers = new TestIssuers();
        Assert.True(issuers.Subordinate.TryPrepare(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()), out var linted, out _));
        var refused = new Dictionary<string, int>();
        foreach (var wrong in Mutations.Of(linted.ToBeSigned.ToArray(), 6000))
        {
            if (!issuers.Subordinate.TryLint(TestIssuers.Profiles.Enterprise, wrong, keyMadeAtCounter: true, out _, out var refusal))
                refused[refusal.Code] = refused.GetValueOrDefault(refusal.Code) + 1;
        }

        // What is left over changed a value within its rules: a serial number, a date, a letter of the name.
        Assert.InRange(refused[Codes.Malformed] + refused[Codes.CertificateLint], 4500, 6000);
        Assert.True(refused[Codes.CertificateLint] > 500);
        Assert.True(refused[Codes.Malformed] > 500);
    }

    [Fact]
    public void Thousands_of_mutated_foreign_certificates_are_judged_without_a_throw()
    {
        using var issuers = new TestIssuers();
        using var certificate = issuers.Subordinate.Issue(TestIssuers.Profiles.Officer, TestIssuers.Officer(TestIssuers.NewKey()));
        Assert.True(DecodedCertificate.TryReadCertificate(certificate.RawData, out _, out _));
        Assert.True(IssuedCertificate.IsBy(issuers.Certificate, certificate));
        foreach (var wrong in Mutations.Of(certificate.RawData, 3000))
            DecodedCertificate.TryReadCertificate(wrong, out _, out _);
    }
}
