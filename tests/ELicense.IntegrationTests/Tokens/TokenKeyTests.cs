using System.Text;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>Keys in a real SoftHSM token, judged by other programs.</summary>
public sealed class TokenKeyTests(SoftHsmFixture softHsm)
{
    [Theory]
    [InlineData(Pkcs11KeyType.P256)]
    [InlineData(Pkcs11KeyType.Ed25519)]
    public void A_key_made_on_the_token_can_never_leave_it(Pkcs11KeyType type)
    {
        var token = softHsm.NewToken($"leaves {type}");

        var key = token.GenerateKeyPair(type, "license");

        Assert.True(key.Sensitive);
        Assert.True(key.AlwaysSensitive);
        Assert.True(key.NeverExtractable);
    }

    [Theory]
    [InlineData(Pkcs11KeyType.P256)]
    [InlineData(Pkcs11KeyType.Ed25519)]
    public void Another_program_sees_a_key_that_only_signs_and_never_leaves(Pkcs11KeyType type)
    {
        var token = softHsm.NewToken($"seen {type}");
        token.GenerateKeyPair(type, "license");

        var listed = softHsm.Run(
            "pkcs11-tool", "--module", SoftHsmFixture.ModulePath, "--token-label", $"seen {type}", "--login", "--pin", SoftHsmFixture.Pin, "--list-objects", "--type", "privkey");

        Assert.Contains("Usage:      sign\n", listed, StringComparison.Ordinal);
        Assert.Contains("Access:     sensitive, always sensitive, never extractable, local\n", listed, StringComparison.Ordinal);
        Assert.Contains("label:      license\n", listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void OpenSSL_verifies_what_the_token_signed(Suite suite)
    {
        using var key = Pkcs11SigningKey.Generate(softHsm.NewToken($"openssl {suite}"), suite, "license");
        var message = Encoding.UTF8.GetBytes("登记机关 signs this");

        var signature = key.Sign(message);

        Assert.Equal("Signature Verified Successfully", OpenSsl.Verify(key.PublicKey, message, signature));
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void Four_threads_sign_at_a_time(Suite suite)
    {
        using var key = Pkcs11SigningKey.Generate(softHsm.NewToken($"threads {suite}"), suite, "license");

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, n =>
        {
            var message = BitConverter.GetBytes(n);
            Assert.True(key.PublicKey.Verify(message, key.Sign(message)));
        });
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void Several_messages_are_signed_in_one_turn_each_its_own(Suite suite)
    {
        using var key = Pkcs11SigningKey.Generate(softHsm.NewToken($"turn {suite}"), suite, "license");
        var messages = Enumerable.Range(0, 40).Select(n => (ReadOnlyMemory<byte>)BitConverter.GetBytes(n)).ToList();

        var first = key.SignSome(messages);
        var rest = key.SignSome([.. messages.Skip(first.Count)]);

        // A turn may end early on a machine that is busy, and never later.
        Assert.InRange(first.Count, 1, 32);
        Assert.All(first.Concat(rest).Zip(messages), pair => Assert.True(key.PublicKey.Verify(pair.Second.Span, pair.First)));
        Assert.Equal("Signature Verified Successfully", OpenSsl.Verify(key.PublicKey, messages[first.Count - 1].ToArray(), first[^1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignSome([]));
    }

    [Fact]
    public void A_message_that_is_refused_costs_none_before_it_and_no_session()
    {
        var key = softHsm.NewToken("refused in a turn").GenerateKeyPair(Pkcs11KeyType.P256, "license");

        Assert.Throws<ArgumentException>(() => key.SignSome([new byte[32], new byte[33]]));

        Assert.Equal(2, key.SignSome([new byte[32], new byte[32]]).Count);
    }

    [Fact]
    public void The_id_on_the_token_is_the_key_identifier()
    {
        var token = softHsm.NewToken("identifier");
        using var key = Pkcs11SigningKey.Generate(token, Suite.Es256, "license");

        var listed = softHsm.Run(
            "pkcs11-tool", "--module", SoftHsmFixture.ModulePath, "--token-label", "identifier", "--list-objects", "--type", "pubkey");

        Assert.Contains($"ID:         {key.PublicKey.Kid}\n", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_found_by_its_label_and_a_missing_one_is_told()
    {
        var token = softHsm.NewToken("find");
        using var made = Pkcs11SigningKey.Generate(token, Suite.Ed25519, "日志");
        token.GenerateKeyPair(Pkcs11KeyType.P256, "status");

        using var found = Pkcs11SigningKey.Open(token, "日志", made.PublicKey);
        var missing = Assert.Throws<Pkcs11Exception>(() => Pkcs11SigningKey.Open(token, "clock"));

        Assert.Equal(made.PublicKey.Kid, found.PublicKey.Kid);
        Assert.Equal(2, token.Keys().Count);
        Assert.Equal("key-missing", missing.Code);
    }

    [Fact]
    public void A_second_key_with_the_same_label_is_refused()
    {
        var token = softHsm.NewToken("same label");
        token.GenerateKeyPair(Pkcs11KeyType.P256, "license");

        var refused = Assert.Throws<Pkcs11Exception>(() => token.GenerateKeyPair(Pkcs11KeyType.P256, "license"));

        Assert.Equal("key-ambiguous", refused.Code);
    }

    [Fact]
    public void A_swapped_token_is_refused()
    {
        using var pinned = Pkcs11SigningKey.Generate(softHsm.NewToken("before the swap"), Suite.Es256, "license");
        var other = softHsm.NewToken("after the swap");
        other.GenerateKeyPair(Pkcs11KeyType.P256, "license");

        var refused = Assert.Throws<Pkcs11Exception>(() => Pkcs11SigningKey.Open(other, "license", pinned.PublicKey));

        Assert.Equal("key-differs", refused.Code);
    }

    [Fact]
    public void Lost_sessions_are_renewed_with_a_new_login()
    {
        var token = softHsm.NewToken("lost sessions");
        using var key = Pkcs11SigningKey.Generate(token, Suite.Es256, "license");
        key.Sign("before"u8);

        RawCryptoki.CloseAllSessions(token.Info.Slot);
        var signatures = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => key.Sign("after"u8)).ToList();

        Assert.All(signatures, s => Assert.True(key.PublicKey.Verify("after"u8, s)));
    }

    [Fact]
    public void A_turn_whose_session_was_lost_logs_in_anew()
    {
        var token = softHsm.NewToken("lost before a turn");
        using var key = Pkcs11SigningKey.Generate(token, Suite.Es256, "license");
        ReadOnlyMemory<byte>[] messages = ["one"u8.ToArray(), "two"u8.ToArray()];

        RawCryptoki.CloseAllSessions(token.Info.Slot);
        var signatures = key.SignSome(messages);

        Assert.Equal(2, signatures.Count);
        Assert.All(signatures.Zip(messages), pair => Assert.True(key.PublicKey.Verify(pair.Second.Span, pair.First)));
    }

    [Fact]
    public void Only_a_digest_is_signed_with_P256()
    {
        var key = softHsm.NewToken("wrong length").GenerateKeyPair(Pkcs11KeyType.P256, "license");

        Assert.Throws<ArgumentException>(() => key.Sign(new byte[33]));
    }

    [Fact]
    public void A_key_that_another_program_deleted_is_missing()
    {
        var token = softHsm.NewToken("deleted");
        var key = token.GenerateKeyPair(Pkcs11KeyType.P256, "license");

        softHsm.Run(
            "pkcs11-tool", "--module", SoftHsmFixture.ModulePath, "--token-label", "deleted", "--login", "--pin", SoftHsmFixture.Pin, "--delete-object", "--type", "privkey", "--label", "license");

        Assert.Equal("key-missing", Assert.Throws<Pkcs11Exception>(() => key.Sign(new byte[32])).Code);
    }

    [Fact]
    public void A_failure_names_the_function_and_the_value()
    {
        // C_InitPIN with a PIN shorter than the token's least length (4).
        var failed = Assert.Throws<Pkcs11Exception>(() => softHsm.InitializeToken("short pin", "1"));

        Assert.Equal("C_InitPIN", failed.Function);
        Assert.Equal(0xA2UL, failed.ReturnValue);
        Assert.Contains("CKR_PIN_LEN_RANGE (0xA2)", failed.Message, StringComparison.Ordinal);
    }
}
