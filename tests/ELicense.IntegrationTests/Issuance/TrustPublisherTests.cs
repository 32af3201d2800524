using ELicense.Core;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public sealed class TrustPublisherTests : IDisposable
{
    private readonly PublishedCounter _published = new();

    public void Dispose() => _published.Dispose();

    [Fact]
    public void A_higher_card_replaces_the_published_one_and_both_stay_in_the_history()
    {
        var second = _published.SignedCard(2);

        Assert.True(_published.Trust.TryPublish(second, _published.Counter.Clock.Now, out _));

        Assert.Equal(second, File.ReadAllBytes(_published.Full("trust.jws")));
        Assert.Equal(second, File.ReadAllBytes(_published.Full("trust/2.jws")));
        Assert.True(File.Exists(_published.Full("trust/1.jws")));
    }

    [Fact]
    public void A_card_of_the_published_version_is_a_rollback() => AssertRefused(_published.SignedCard(1), Codes.TrustRollback);

    [Fact]
    public void The_very_card_that_is_published_is_accepted_again() =>
        Assert.True(_published.Trust.TryPublish(File.ReadAllBytes(_published.Full("trust.jws")), _published.Counter.Clock.Now, out _));

    [Fact]
    public void A_card_of_another_root_is_refused()
    {
        using var other = SoftwareSigningKey.Generate(Suite.Es256);

        AssertRefused(_published.SignedCard(2, other), Codes.TrustRoot);
    }

    private void AssertRefused(byte[] card, string code)
    {
        var before = File.ReadAllBytes(_published.Full("trust.jws"));

        Assert.False(_published.Trust.TryPublish(card, _published.Counter.Clock.Now, out var refusal));

        Assert.Equal(code, refusal.Code);
        Assert.Equal(before, File.ReadAllBytes(_published.Full("trust.jws")));
    }
}
