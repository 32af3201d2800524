using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>The whole cycle with every key inside a SoftHSM token.</summary>
public sealed class TokenIssuanceTests(SoftHsmFixture softHsm)
{
    [Fact]
    public async Task Licenses_signed_in_a_token_are_logged_published_and_sound()
    {
        var token = softHsm.NewToken("issuance");
        using var license = Pkcs11SigningKey.Generate(token, Suite.Es256, "license");
        using var status = Pkcs11SigningKey.Generate(token, Suite.Es256, "status");
        using var log = Pkcs11SigningKey.Generate(token, Suite.Ed25519, "log");
        using var clock = Pkcs11SigningKey.Generate(token, Suite.Ed25519, "clock");
        using var published = new PublishedCounter(new AuthorityKeys(license, status, log, clock));
        var counter = published.Counter;

        var results = counter.Authority.CarryOut(counter.ApprovedBatch(1, 30));
        counter.Change(MatterType.Revocation, results[29].License!);
        Assert.Null((await counter.Publisher.PublishAsync(TestContext.Current.CancellationToken)).Refusal);

        Assert.All(results, result => Assert.True(
            CoseSign1.TryDecode(result.License!.Token, LicenseToken.MaxBytes, out var signed, out _) && signed.IsSignedBy(license.PublicKey)));
        published.AssertSound(31);
    }
}
