using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>PINs and the choice of a token, on a real SoftHSM.</summary>
public sealed class TokenLoginTests(SoftHsmFixture softHsm) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-pin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_wrong_PIN_spends_one_try_until_an_operator_acts()
    {
        var token = softHsm.InitializeToken("wrong pin");
        var wrong = PinFile("000000", UnixFileMode.UserRead);
        Assert.False(Info(token).HolderPin.CountLow);

        var first = Assert.Throws<Pkcs11Exception>(() => softHsm.Module.OpenToken(null, token.Serial, wrong));
        var second = Assert.Throws<Pkcs11Exception>(() => softHsm.Module.OpenToken(null, token.Serial, PinSource.File(softHsm.PinFile)));

        // SoftHSM forgets the mark with the first right PIN, so it shows that the second opening did not reach the token.
        Assert.Equal("pin-incorrect", first.Code);
        Assert.Equal(0xA0UL, first.ReturnValue);
        Assert.Equal("pin-latched", second.Code);
        Assert.True(Info(token).HolderPin.CountLow);

        softHsm.Module.ReleasePinLatch(token.Serial);
        using var opened = softHsm.Module.OpenToken(null, token.Serial, PinSource.File(softHsm.PinFile));
        Assert.False(Info(token).HolderPin.CountLow);
    }

    [Fact]
    public void The_PIN_is_not_in_the_message()
    {
        var token = softHsm.InitializeToken("pin in message");

        var refused = Assert.Throws<Pkcs11Exception>(() => softHsm.Module.OpenToken(null, token.Serial, PinFile("915482", UnixFileMode.UserRead)));

        Assert.DoesNotContain("915482", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tokens_with_one_label_are_told_apart_by_their_serial_only()
    {
        var first = softHsm.InitializeToken("twins");
        softHsm.InitializeToken("twins");

        var refused = Assert.Throws<Pkcs11Exception>(() => softHsm.Module.OpenToken("twins", null, PinSource.File(softHsm.PinFile)));
        using var opened = softHsm.Module.OpenToken("twins", first.Serial, PinSource.File(softHsm.PinFile));

        Assert.Equal("token-ambiguous", refused.Code);
        Assert.Equal(first.Serial, opened.Info.Serial);
    }

    [Fact]
    public void A_missing_token_and_a_missing_module_are_told()
    {
        Assert.Equal("token-missing", Assert.Throws<Pkcs11Exception>(() => softHsm.Module.OpenToken("no such", null, PinSource.File(softHsm.PinFile))).Code);
        Assert.Equal("module-missing", Assert.Throws<Pkcs11Exception>(() => Pkcs11Module.Load("/nonexistent/module.so")).Code);
    }

    [Fact]
    public void Objects_of_one_library_share_it_and_the_last_one_ends_it()
    {
        var token = softHsm.NewToken("shared");
        var key = token.GenerateKeyPair(Pkcs11KeyType.P256, "license");

        using (var another = Pkcs11Module.Load(SoftHsmFixture.ModulePath))
        using (var same = another.OpenToken("shared", null, PinSource.File(softHsm.PinFile)))
            Assert.Equal(64, same.FindKey("license")!.Sign(new byte[32]).Length);

        Assert.Equal(64, key.Sign(new byte[32]).Length);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    public void A_PIN_file_that_others_may_read_is_refused(UnixFileMode mode) =>
        Assert.Equal("pin-unavailable", Assert.Throws<Pkcs11Exception>(() => PinFile("123456", mode).Read()).Code);

    [Theory]
    [InlineData("1234\n", "1234")]
    [InlineData("12 34\r\nsecond line", "12 34")]
    [InlineData("1234", "1234")]
    public void The_PIN_is_the_first_line(string content, string pin) =>
        Assert.Equal(pin, System.Text.Encoding.UTF8.GetString(PinFile(content, UnixFileMode.UserRead | UnixFileMode.UserWrite).Read()));

    [Theory]
    [InlineData("")]
    [InlineData("\n1234")]
    public void An_empty_PIN_is_refused(string content) =>
        Assert.Equal("pin-unavailable", Assert.Throws<Pkcs11Exception>(() => PinFile(content, UnixFileMode.UserRead).Read()).Code);

    [Fact]
    public void A_PIN_source_is_parsed_and_a_bare_PIN_is_not_repeated()
    {
        Assert.Equal(PinSource.File("/run/a:b"), PinSource.Parse("file:/run/a:b"));
        Assert.Equal(PinSource.Environment("ELICENSE_PIN"), PinSource.Parse("env:ELICENSE_PIN"));
        Assert.Equal(PinSource.SystemdCredential("pin"), PinSource.Parse("credential:pin"));
        Assert.DoesNotContain("482915", Assert.Throws<FormatException>(() => PinSource.Parse("482915")).Message, StringComparison.Ordinal);
    }

    private TokenInfo Info(TokenInfo token) => softHsm.Module.Tokens().Single(t => string.Equals(t.Serial, token.Serial, StringComparison.Ordinal));

    private PinSource PinFile(string content, UnixFileMode mode)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        return PinSource.File(path);
    }
}
