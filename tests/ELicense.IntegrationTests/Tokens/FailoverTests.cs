using System.Security.Cryptography;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>One key in two tokens: one behind p11-kit server, which dies, and one in the SoftHSM of this process.</summary>
[Collection(P11KitTests.Name)]
public sealed class FailoverTests(P11KitServer server, SoftHsmFixture softHsm) : IDisposable
{
    private readonly Pkcs11Tokens _tokens = new(new Pkcs11Limits(TimeSpan.FromSeconds(2), 8));

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public async Task The_second_token_signs_while_the_first_is_away_and_the_first_again_when_it_is_back()
    {
        var (first, second, publicKey) = Copies("failover");
        using var key = Pkcs11SigningKey.Open(_tokens, [first, second], publicKey);

        AssertSigns(key, byFirst: true);
        server.Kill();
        AssertSigns(key, byFirst: false);
        AssertSigns(key, byFirst: false);
        key.Probe();
        server.Start();

        await AssertFirstComesBackAsync(key);
    }

    [Fact]
    public async Task A_token_that_dies_in_the_middle_leaves_the_rest_to_the_second()
    {
        var (first, second, publicKey) = Copies("dies in the middle");
        using var key = Pkcs11SigningKey.Open(_tokens, [first, second], publicKey);
        ReadOnlyMemory<byte>[] messages = [.. Enumerable.Range(0, 3000).Select(n => (ReadOnlyMemory<byte>)BitConverter.GetBytes(n))];
        var before = server.Calls("C_Sign");

        var death = Task.Run(
            () =>
            {
                while (server.Calls("C_Sign") - before < 100)
                    Thread.Yield();
                server.Kill();
            },
            TestContext.Current.CancellationToken);
        var signatures = new List<byte[]>();
        while (signatures.Count < messages.Length)
            signatures.AddRange(key.SignSome(messages[signatures.Count..]));
        await death;

        Assert.InRange(server.Calls("C_Sign") - before, 100, 2999);
        Assert.All(signatures.Zip(messages), pair => Assert.True(publicKey.Verify(pair.Second.Span, pair.First)));
        server.Start();
    }

    [Fact]
    public async Task A_process_starts_with_one_of_two_tokens_and_takes_the_other_when_it_comes()
    {
        var (first, second, publicKey) = Copies("one of two");
        server.Kill();
        using var key = Pkcs11SigningKey.Open(_tokens, [first, second], publicKey);
        Assert.True(publicKey.Verify("one"u8, key.Sign("one"u8)));

        server.Start();

        await AssertFirstComesBackAsync(key);
    }

    [Fact]
    public void A_copy_that_is_another_key_never_signs()
    {
        var (first, second, publicKey) = Copies("other copy");
        var other = softHsm.NewToken("no copy");
        other.GenerateKeyPair(Pkcs11KeyType.P256, "license");
        using var key = Pkcs11SigningKey.Open(_tokens, [second with { Token = "no copy" }, first], publicKey);

        Assert.True(publicKey.Verify("copy"u8, key.Sign("copy"u8)));
        Assert.Equal("key-differs", Assert.Throws<Pkcs11Exception>(() => Pkcs11SigningKey.Open(_tokens, [second with { Token = "no copy" }], publicKey)).Code);
    }

    [Fact]
    public void When_no_token_is_left_the_first_ones_failure_is_told()
    {
        var (first, second, publicKey) = Copies("none left");
        using var key = Pkcs11SigningKey.Open(_tokens, [first, first with { Serial = "0" }], publicKey);
        server.Kill();

        Assert.Contains(Assert.Throws<SigningKeyException>(() => key.Sign("none"u8)).Code, (string[])["token-missing", "token-failed"]);
        Assert.Throws<SigningKeyException>(key.Probe);
        server.Start();
        Assert.NotNull(second);
    }

    [Fact]
    public void A_key_is_found_by_its_id_and_a_token_by_its_serial()
    {
        var (first, _, publicKey) = Copies("by id");

        using var key = Pkcs11SigningKey.Open(_tokens, [first with { Object = null, Id = "0102" }], publicKey);
        Assert.True(publicKey.Verify("id"u8, key.Sign("id"u8)));
        Assert.Equal("key-missing", Assert.Throws<Pkcs11Exception>(() => _tokens.OpenKey(first with { Id = "0103" })).Code);
        Assert.Equal("token-missing", Assert.Throws<Pkcs11Exception>(() => _tokens.OpenKey(first with { Serial = "0000" })).Code);
    }

    // The same software key in both, as a vendor's backup would have it.
    private (Pkcs11Uri First, Pkcs11Uri Second, VerificationKey PublicKey) Copies(string label)
    {
        using var software = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(VerificationKey.TryImport(software.ExportSubjectPublicKeyInfo(), out var publicKey, out var refusal), refusal.ToString());
        var pem = Path.Combine(server.Folder, label + ".pem");
        File.WriteAllText(pem, software.ExportPkcs8PrivateKeyPem());
        server.NewToken(label);
        server.Kill();
        Programs.Run("softhsm2-util", Import(label, pem), ("SOFTHSM2_CONF", server.ConfigurationFile));
        server.Start();
        softHsm.InitializeToken(label);
        softHsm.Run("softhsm2-util", Import(label, pem));
        Assert.True(Pkcs11Uri.TryParse(
            $"pkcs11:token={Uri.EscapeDataString(label)};object=license?module-name=p11-kit-client&pin-source=file:{server.PinFile}", out var first, out var fault), fault);
        return (first, first with { ModuleName = "softhsm2", Pin = PinSource.File(softHsm.PinFile) }, publicKey);
    }

    private static string[] Import(string label, string pem) =>
        ["--import", pem, "--token", label, "--label", "license", "--id", "0102", "--pin", SoftHsmFixture.Pin];

    /// <summary>What is signed meanwhile is good, whoever signs it.</summary>
    private async Task AssertFirstComesBackAsync(SigningKey key)
    {
        var signs = server.Calls("C_Sign");
        await Eventually.IsAsync(() =>
        {
            Assert.True(key.PublicKey.Verify("again"u8, key.Sign("again"u8)));
            return server.Calls("C_Sign") > signs;
        });
        AssertSigns(key, byFirst: true);
    }

    private void AssertSigns(SigningKey key, bool byFirst)
    {
        var before = server.Calls("C_Sign");
        Assert.True(key.PublicKey.Verify("copy"u8, key.Sign("copy"u8)));
        Assert.Equal(byFirst ? 1 : 0, server.Calls("C_Sign") - before);
    }
}
