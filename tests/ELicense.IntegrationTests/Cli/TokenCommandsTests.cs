using System.Formats.Cbor;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.AspNetCore.Certificates;
using ELicense.Core.Trust;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary><c>elicense token …</c> on a second SoftHSM, judged by programs that know nothing of this house.</summary>
public sealed class TokenCommandsTests(PersonalizedToken token) : IClassFixture<PersonalizedToken>
{
    private const string SpyPath = "/usr/lib/x86_64-linux-gnu/pkcs11/pkcs11-spy.so";

    [Fact]
    public void Pkcs11_tool_signs_with_the_personalized_key_and_openssl_verifies()
    {
        var (message, digest, signature, key) = (InFolder("message"), InFolder("digest"), InFolder("signature"), InFolder("key.pem"));
        File.WriteAllText(message, "signed on the token");
        File.WriteAllBytes(digest, SHA256.HashData(File.ReadAllBytes(message)));

        token.Tool("--sign", "--mechanism", "ECDSA", "--id", token.KeyId, "--signature-format", "openssl", "-i", digest, "-o", signature);

        File.WriteAllText(key, Programs.Run("openssl", ["x509", "-in", token.CertificatePem(), "-noout", "-pubkey"]));
        Assert.Equal("Verified OK", Programs.Run("openssl", ["dgst", "-sha256", "-verify", key, "-signature", signature, message]).Trim());
        Assert.Contains("sensitive, always sensitive, never extractable, local", token.Tool("-O", "--type", "privkey"), StringComparison.Ordinal);
        Assert.Contains($"{token.License}.elic", token.Tool("-O", "--type", "data"), StringComparison.Ordinal);

        // The policy for keys that a counter made on a token: docs/certificates.md.
        Assert.Contains("Policy: 1.3.6.1.4.1.32473.2.1", Programs.Run("openssl", ["x509", "-in", token.CertificatePem(), "-noout", "-text"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_slip_with_its_part_to_tear_off_prints_on_one_page_of_A4()
    {
        var pdf = InFolder("slip.pdf");

        Programs.Run("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", $"--print-to-pdf={pdf}", $"file://{token.Slip}"]);

        // PDF 1.7 7.7.3: the tree of pages counts them; A4 is 595 by 842 points.
        var printed = File.ReadAllText(pdf, System.Text.Encoding.Latin1);
        Assert.Contains("/Count 1", printed, StringComparison.Ordinal);
        Assert.Matches(@"/MediaBox \[0 0 59[45][.0-9]* 84[12][.0-9]*\]", printed);
        Assert.Contains("class=\"tear\"", File.ReadAllText(token.Slip), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(token.Slip));
    }

    [Fact]
    public async Task Curl_opens_a_page_that_asks_for_a_certificate_with_the_key_on_the_token()
    {
        await using var page = await ProtectedPageAsync();
        var engine = InFolder("engine.cnf");
        await File.WriteAllTextAsync(
            engine, $"openssl_conf = a\n[a]\nengines = b\n[b]\npkcs11 = c\n[c]\nengine_id = pkcs11\nMODULE_PATH = {SoftHsmFixture.ModulePath}\nPIN = {token.Pin}\n",
            TestContext.Current.CancellationToken);
        var id = string.Concat(Convert.FromHexString(token.KeyId).Select(octet => $"%{octet:x2}"));

        var greeting = Programs.Run(
            "curl",
            [
                "-sS", "--fail", "--cacert", token.Development("root"), "--cert", token.CertificatePem(), "--engine", "pkcs11", "--key-type", "ENG",
                "--key", $"pkcs11:token={Uri.EscapeDataString(PersonalizedToken.Label)};id={id};type=private", page.Urls.Single() + "/",
            ],
            [.. token.Environment, ("OPENSSL_CONF", engine)]);

        Assert.Contains("NTRCN-91350100M000100Y43", greeting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_judges_certificate_and_license_and_sees_a_loss_and_its_replacement()
    {
        string[] trusted = ["--token", PersonalizedToken.Label, "--trust", token.Fingerprint, "--publication", token.Publication];
        var good = await token.TokenAsync("inspect", [.. trusted, "--pin", $"file:{token.PinFile}", "--json"]);
        Assert.True(good.ExitCode == 0, good.Error + good.Output);
        Assert.Equal(("on-token", token.Serial, "valid"), CertificateOn(good));
        Assert.Equal("valid", LicenseOn(good));

        var reported = await Elicense.RunAsync(["loss-report", token.License, "--yes", "--json", .. token.Officer("clerk")]);
        Assert.True(reported.ExitCode == 0, reported.Error);
        Finished lost = null!;
        // The publisher works beside the door.
        await Eventually.IsAsync(async () => (lost = await token.TokenAsync("inspect", [.. trusted, "--json"])).ExitCode != 0);
        Assert.Equal(12, lost.ExitCode);
        Assert.Equal(("public-half", token.Serial, "suspended"), CertificateOn(lost));
        Assert.Equal("valid", LicenseOn(lost));

        var confirmed = await ApproveAsync(reported);
        Assert.True(confirmed.ExitCode == 0, confirmed.Error);
        var replacement = await Elicense.RunAsync(["replacement", token.License, "--yes", "--json", .. token.Officer("clerk")]);
        Assert.True(replacement.ExitCode == 0, replacement.Error);
        Assert.Equal(token.Serial, replacement.Json.GetProperty("certificate").GetProperty("serial").GetString());
        Assert.Equal("done", (await ApproveAsync(replacement)).Json.GetProperty("state").GetString());
        Assert.Equal(("revoked", "valid"), (CertificateInRegister(), token.Register().GetProperty("standing").GetString()));
    }

    [Fact]
    public async Task Personalizing_again_after_an_interruption_gives_the_same_certificate()
    {
        token.Tool("--delete-object", "--type", "cert", "--id", token.KeyId);
        token.Tool("--delete-object", "--type", "data", "--label", $"{token.License}.elic");
        var slip = InFolder("again.html");

        var again = await token.PersonalizeAsync(token.Secret("typed", token.Pin), slip);

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(token.Serial, again.Json.GetProperty("details").GetProperty("serial").GetString());
        Assert.Single(token.Register().GetProperty("certificates").EnumerateArray());
        var objects = token.Tool("-O");
        Assert.Equal((1, 1, 1, 1), (Count(objects, "Private Key Object"), Count(objects, "Public Key Object"), Count(objects, "Certificate Object"), Count(objects, "Data object")));

        // Whoever chose a PIN finds it on no paper; one that was made for the first use is on the part to tear off.
        Assert.DoesNotContain(token.Pin, await File.ReadAllTextAsync(slip, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains($"<code>{token.Pin}</code>", await File.ReadAllTextAsync(token.Slip, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("福州市闽江源茶叶贸易有限公司", await File.ReadAllTextAsync(slip, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_presentation_is_for_its_audience_short_lived_and_verified_by_the_certificate_in_it()
    {
        var signed = await token.TokenAsync("sign", "--token", PersonalizedToken.Label, "--pin", $"file:{token.PinFile}", "--presentation", "https://bank.example.cn", "--json");

        Assert.True(signed.ExitCode == 0, signed.Error);
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(token.CertificatePem(), TestContext.Current.CancellationToken));
        var message = signed.Json.GetProperty("message").GetString()!.Replace('-', '+').Replace('_', '/');
        var jwk = JsonSerializer.SerializeToElement(JsonWebKey.From(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var read = await Peers.RunAsync("cose-verify.mjs", new { token = message.PadRight((message.Length + 3) / 4 * 4, '='), jwk }, TestContext.Current.CancellationToken);
        Assert.Equal(Convert.ToHexStringLower(certificate.RawData), read.GetProperty("x5chain").GetString());
        Assert.Equal("elicense-presentation+cose", read.GetProperty("typ").GetString());

        var claims = new CborReader(Convert.FromHexString(read.GetProperty("payload").GetString()!));
        claims.ReadStartMap();
        Assert.Equal((3, "https://bank.example.cn", 4), (claims.ReadInt32(), claims.ReadTextString(), claims.ReadInt32()));
        var expires = claims.ReadInt64();
        Assert.Equal((6, expires - 120), (claims.ReadInt32(), claims.ReadInt64()));
    }

    [Fact]
    public async Task A_wrong_PIN_costs_one_try_whatever_is_called_afterwards_and_a_token_in_use_is_not_erased()
    {
        var so = token.Secret("so2", "13579246");
        Assert.Equal(0, (await token.TokenAsync("init", "--label", "tries", "--so-pin", $"file:{so}", "--new-pin", $"file:{token.Secret("right", "246810")}")).ExitCode);
        var log = InFolder("spy.log");
        (string, string)[] spied = [.. token.Environment, ("PKCS11SPY", SoftHsmFixture.ModulePath), ("PKCS11SPY_OUTPUT", log)];
        string[] chosen = ["--module", SpyPath, "--token", "tries"];
        var wrong = token.Secret("wrong", "000000");

        var first = await Elicense.RunAsync(spied, ["token", "inspect", .. chosen, "--pin", $"file:{wrong}"]);
        var second = await Elicense.RunAsync(spied, ["token", "inspect", .. chosen, "--pin", $"file:{wrong}"]);
        var third = await Elicense.RunAsync(spied, ["token", "pin", .. chosen, "--pin", $"file:{token.Secret("right", "246810")}", "--new-pin", $"file:{wrong}"]);

        AssertRefused(first, 1, "pin-incorrect");
        Assert.Contains("A wrong PIN was given since the last login", first.Error, StringComparison.Ordinal);
        AssertRefused(second, 2, "consent-missing");
        AssertRefused(third, 2, "consent-missing");
        Assert.Equal(1, File.ReadLines(log).Count(line => line.EndsWith(": C_Login", StringComparison.Ordinal)));

        // A person who says so spends another one, and the count is gone with the right PIN.
        Assert.Equal(0, (await Elicense.RunAsync(spied, ["token", "inspect", .. chosen, "--pin", $"file:{token.Secret("right", "246810")}", "--try-again"])).ExitCode);
        AssertRefused(await token.TokenAsync("init", "--label", "again", "--token", "tries", "--so-pin", $"file:{so}", "--new-pin", $"file:{wrong}"), 1, "token-not-empty");
        var listed = await token.TokenAsync("list", "--json");
        var tries = Assert.Single(listed.Json[0].GetProperty("tokens").EnumerateArray(), one => one.GetProperty("label").GetString() == "tries");
        Assert.Equal(("good", "good"), (tries.GetProperty("pin").GetString(), tries.GetProperty("soPin").GetString()));
    }

    private static (string?, string?, string?) CertificateOn(Finished inspected)
    {
        var found = inspected.Json.GetProperty("certificates")[0];
        return (found.GetProperty("key").GetString(), found.GetProperty("serial").GetString(), found.GetProperty("verdict").GetProperty("verdict").GetString());
    }

    private static string? LicenseOn(Finished inspected) => inspected.Json.GetProperty("licenses")[0].GetProperty("verdict").GetProperty("verdict").GetString();

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static void AssertRefused(Finished run, int exitCode, string code)
    {
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        Assert.EndsWith($"[{code}]", run.Error.TrimEnd(), StringComparison.Ordinal);
    }

    private string? CertificateInRegister() =>
        token.Register().GetProperty("certificates").EnumerateArray().Single(one => one.GetProperty("serial").GetString() == token.Serial).GetProperty("standing").GetString();

    private Task<Finished> ApproveAsync(Finished matter) =>
        Elicense.RunAsync(["approve", "--application", $"{matter.Json.GetProperty("id").GetInt64()}", "--yes", "--json", .. token.Officer("approver")]);

    private string InFolder(string name) => Path.Combine(token.Folder, name);

    /// <summary>Any web application that lets enterprises in by their certificates.</summary>
    private async Task<WebApplication> ProtectedPageAsync()
    {
        var service = X509Certificate2.CreateFromPemFile(token.Development("service"), token.Development("service"));
        var (officers, enterprises) = (X509CertificateLoader.LoadCertificateFromFile(token.Development("officers-ca")), X509CertificateLoader.LoadCertificateFromFile(token.Development("enterprise-ca")));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttpsWithClientCertificates(service, [officers], [enterprises])));
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication(ClientCertificates.Scheme).AddClientCertificates(options => options.Rules = new ClientCertificateRules([enterprises]));
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseClientCertificates();
        app.UseAuthorization();
        app.MapGet("/", (HttpContext context) => $"Welcome, {context.User.Identity!.Name}").RequireAuthorization();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
