using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>What a wrong PIN costs, counted by another program that sees every C_Login on its way to the token.</summary>
[Collection(P11KitTests.Name)]
public sealed class TokenPinTests(P11KitServer server) : IDisposable
{
    public void Dispose() => server.WritePin(SoftHsmFixture.Pin);

    [Fact]
    public void A_wrong_PIN_costs_one_try_whatever_is_called_afterwards()
    {
        server.NewToken("wrong pin", "license", "status");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        server.WritePin("000000");
        var before = server.Calls("C_Login");

        var first = Refusal(() => Open(module, "wrong pin"));
        var others = Enumerable.Range(0, 5).Select(_ => Refusal(() => Open(module, "wrong pin"))).ToList();
        using (var again = Pkcs11Module.Load(P11KitServer.ClientPath))
            others.Add(Refusal(() => Open(again, "wrong pin")));

        Assert.Equal("pin-incorrect", first);
        Assert.All(others, code => Assert.Equal("pin-latched", code));
        Assert.Equal(1, server.Calls("C_Login") - before);
    }

    [Fact]
    public void A_PIN_that_became_wrong_costs_one_try_though_the_token_goes_and_comes_and_has_two_keys()
    {
        server.NewToken("changed pin", "license", "status");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = Open(module, "changed pin");
        using var license = Pkcs11SigningKey.Open(token, "license");
        using var status = Pkcs11SigningKey.Open(token, "status");
        license.Sign("before"u8);

        server.Kill();
        server.Tool("changed pin", "--change-pin", "--new-pin", "918273");
        server.Start();
        var before = server.Calls("C_Login");
        var codes = new List<string>();
        // The token's library is opened again after pauses of up to 8 s, so that the one try may be late.
        for (var n = 0; n < 300 && codes.Count(code => code == "pin-latched") < 10; n++)
        {
            codes.Add(Assert.Throws<SigningKeyException>(() => (n % 2 == 0 ? license : status).Sign("after"u8)).Code);
            Thread.Sleep(200);
        }

        server.Kill();
        server.Start();
        codes.AddRange(Enumerable.Range(0, 5).Select(_ => Assert.Throws<SigningKeyException>(() => license.Sign("after"u8)).Code));

        Assert.Single(codes, "pin-incorrect");
        Assert.Equal(1, server.Calls("C_Login") - before);

        // The operator corrects the PIN at its source, and says so.
        server.WritePin("918273");
        Found(() =>
        {
            module.ReleasePinLatch(token.Info.Serial);
            return true;
        });
        Assert.True(license.PublicKey.Verify("good"u8, Found(() => license.Sign("good"u8))));
    }

    [Fact]
    public void A_token_that_says_a_wrong_PIN_was_given_is_not_tried_by_a_process_that_was_never_logged_in()
    {
        server.NewToken("tried before", "license");
        Assert.Throws<InvalidOperationException>(() => Programs.Run(
            "pkcs11-tool", ["--module", SoftHsmFixture.ModulePath, "--token-label", "tried before", "--login", "--pin", "000000", "-O"], ("SOFTHSM2_CONF", server.ConfigurationFile)));
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        var before = server.Calls("C_Login");

        Assert.Equal("pin-latched", Refusal(() => Open(module, "tried before")));
        Assert.Equal(0, server.Calls("C_Login") - before);

        // An operator logs in once with the right one.
        server.Tool("tried before", "-O");
        server.Kill();
        server.Start();
        using var token = Found(() => Open(module, "tried before"));
        Assert.NotNull(token.FindKey("license"));
    }

    private Pkcs11Token Open(Pkcs11Module module, string label) => module.OpenToken(label, null, PinSource.File(server.PinFile));

    private static string Refusal(Func<Pkcs11Token> open) => Assert.Throws<Pkcs11Exception>(() => open().Dispose()).Code;

    /// <summary>The library needs a moment to find its server again.</summary>
    private static T Found<T>(Func<T> ask) => Eventually.Succeeds(
        ask, failed => failed is Pkcs11Exception { Code: "token-missing" or "token-failed" } or SigningKeyException { Code: "token-missing" or "token-failed" });
}
