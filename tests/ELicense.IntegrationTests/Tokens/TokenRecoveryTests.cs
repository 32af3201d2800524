using System.Diagnostics;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>A token that goes away, hangs and comes back, without a restart of this process.</summary>
[Collection(P11KitTests.Name)]
public sealed class TokenRecoveryTests(P11KitServer server)
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_token_is_found_again_after_its_server_was_killed_and_started()
    {
        server.NewToken("killed", "license");
        using var module = Load();
        using var token = Open(module, "killed");
        using var key = Pkcs11SigningKey.Open(token, "license");
        Assert.True(key.PublicKey.Verify("before"u8, key.Sign("before"u8)));

        server.Kill();
        var away = Assert.Throws<SigningKeyException>(() => key.Sign("away"u8));
        server.Start();

        Assert.Contains(away.Code, (string[])["token-missing", "token-failed"]);
        AssertSignsAgain(key);
    }

    [Fact]
    public void A_token_whose_folder_was_moved_away_and_back_signs_again()
    {
        server.NewToken("moved", "license");
        using var module = Load();
        using var token = Open(module, "moved");
        using var key = Pkcs11SigningKey.Open(token, "license");
        key.Sign("before"u8);

        Directory.Move(server.TokensFolder, server.TokensFolder + ".away");
        Directory.CreateDirectory(server.TokensFolder);
        var refusals = Enumerable.Range(0, 3).Select(_ => Assert.Throws<SigningKeyException>(() => key.Sign("away"u8)).Code).ToList();
        var probed = Assert.Throws<SigningKeyException>(key.Probe);
        Directory.Delete(server.TokensFolder);
        Directory.Move(server.TokensFolder + ".away", server.TokensFolder);

        Assert.All([.. refusals, probed.Code], code => Assert.Contains(code, (string[])["token-missing", "token-failed", "key-missing"]));
        AssertSignsAgain(key);
    }

    [Fact]
    public void Calls_that_hang_are_given_up_and_cost_a_bounded_number_of_threads()
    {
        server.NewToken("hangs", "license");
        using var module = Load();
        using var token = Open(module, "hangs");
        using var key = Pkcs11SigningKey.Open(token, "license");
        key.Sign("before"u8);

        server.Pause();
        try
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal("token-timeout", Assert.Throws<SigningKeyException>(() => key.Sign("hangs"u8)).Code);
            Assert.InRange(watch.Elapsed, CallLimit, 10 * CallLimit); // far from a busy machine's pauses, far from never

            Parallel.For(0, 30, new ParallelOptions { MaxDegreeOfParallelism = 30 }, _ =>
                Assert.Equal("token-timeout", Assert.Throws<SigningKeyException>(() => key.Sign("hangs"u8)).Code));

            // Half of its threads hang at the least: from now on it is refused at once, not after 100 limits.
            watch.Restart();
            for (var n = 0; n < 100; n++)
                Assert.Equal("token-timeout", Assert.Throws<SigningKeyException>(() => key.Sign("hangs"u8)).Code);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, 10 * CallLimit);
            Assert.InRange(ThreadsOf("hangs"), 1, Pkcs11Limits.Default.Sessions);
        }
        finally
        {
            server.Continue();
        }

        AssertSignsAgain(key);
    }

    [Fact]
    public void Hung_calls_end_when_their_server_is_killed_and_the_token_is_found_again()
    {
        server.NewToken("hangs and dies", "license");
        using var module = Load();
        using var token = Open(module, "hangs and dies");
        using var key = Pkcs11SigningKey.Open(token, "license");
        key.Sign("before"u8);

        server.Pause();
        Assert.Throws<SigningKeyException>(() => key.Sign("hangs"u8));
        server.Kill();
        server.Start();

        AssertSignsAgain(key);
    }

    [Fact]
    public async Task A_token_that_came_back_with_another_key_is_refused()
    {
        server.NewToken("swapped key", "license");
        using var module = Load();
        using var token = Open(module, "swapped key");
        using var key = Pkcs11SigningKey.Open(token, "license");
        key.Sign("before"u8);

        server.Kill();
        foreach (var type in (string[])["privkey", "pubkey"])
            server.Tool("swapped key", "--delete-object", "--type", type, "--label", "license");
        server.Tool("swapped key", "--keypairgen", "--key-type", "EC:prime256v1", "--label", "license", "--id", "01");
        server.Start();

        await Eventually.IsAsync(() => Refusal(key) == "key-differs");
    }

    [Fact]
    public async Task Another_token_with_the_same_label_is_not_taken_for_the_one_that_went()
    {
        server.NewToken("swapped token", "license");
        using var module = Load();
        using var token = Open(module, "swapped token");
        using var key = Pkcs11SigningKey.Open(token, "license");
        key.Sign("before"u8);

        server.Kill();
        Programs.Run("softhsm2-util", ["--delete-token", "--token", "swapped token"], ("SOFTHSM2_CONF", server.ConfigurationFile));
        server.NewToken("swapped token", "license");

        // Until a call has looked at the one that came.
        var (looks, code) = (server.Calls("C_GetTokenInfo"), "");
        await Eventually.IsAsync(() =>
        {
            code = Refusal(key);
            return server.Calls("C_GetTokenInfo") > looks;
        });
        Assert.Equal("token-missing", code);
    }

    private static Pkcs11Module Load() => Pkcs11Module.Load(P11KitServer.ClientPath, limits: new Pkcs11Limits(CallLimit, Pkcs11Limits.Default.Sessions));

    private Pkcs11Token Open(Pkcs11Module module, string label) => module.OpenToken(label, null, PinSource.File(server.PinFile));

    private static void AssertSignsAgain(SigningKey key) =>
        Assert.True(key.PublicKey.Verify("after"u8, Eventually.Succeeds(() => key.Sign("after"u8), failed => failed is SigningKeyException)));

    private static string Refusal(SigningKey key) => Assert.Throws<SigningKeyException>(() => key.Sign("after"u8)).Code;

    private static int ThreadsOf(string token) => Directory.GetDirectories("/proc/self/task")
        .Count(task => NameOf(task).StartsWith($"PKCS#11 {token}", StringComparison.Ordinal));

    /// <summary>Empty for a thread that has ended since it was listed: other tests' threads come and go.</summary>
    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
