using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

public sealed class CoseSigningTests
{
    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void What_is_signed_names_its_key_and_verifies(Suite suite)
    {
        using var key = SoftwareSigningKey.Generate(suite);

        Assert.True(CoseSign1.TryDecode(CoseSigning.Sign(key, "elicense+cose", [0xa0]), 1000, out var message, out _));

        Assert.Equal(key.PublicKey.Kid, message.Kid);
        Assert.True(message.IsSignedBy(key.PublicKey));
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void Each_part_of_the_statement_is_signed(Suite suite)
    {
        using var key = SoftwareSigningKey.Generate(suite);
        using var stranger = SoftwareSigningKey.Generate(suite);
        Assert.True(CoseSign1.TryDecode(CoseSigning.Sign(key, "elicense+cose", [0xa0]), 1000, out var message, out _));
        var other = suite == Suite.Es256 ? CoseAlgorithm.EdDsa : CoseAlgorithm.Es256;

        Assert.False((message with { Payload = new byte[] { 0xa1 } }).IsSignedBy(key.PublicKey));
        Assert.False((message with { Type = "elicense-badge+cose" }).IsSignedBy(key.PublicKey));
        Assert.False((message with { Algorithm = other }).IsSignedBy(key.PublicKey));
        Assert.False((message with { Kid = stranger.PublicKey.Kid }).IsSignedBy(key.PublicKey));
        Assert.False(message.IsSignedBy(stranger.PublicKey));
        Assert.False((message with { Kid = stranger.PublicKey.Kid }).IsSignedBy(stranger.PublicKey));
    }
}
