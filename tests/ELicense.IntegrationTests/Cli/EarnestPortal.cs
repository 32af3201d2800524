using System.Diagnostics;
using System.Text.Json;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// <c>elicense serve --role portal --config</c> over a data folder of its own: no authority in it, a TLS certificate of somebody else's, its filing key on a token, the publication of an authority that
/// another process runs. An enterprise comes in with the certificate and the key on its token.
/// </summary>
public sealed class EarnestPortal(PersonalizedToken token) : IAsyncLifetime
{
    private Process _server = null!;
    private string _address = "";

    public string Data { get; } = Directory.CreateTempSubdirectory("elicense-portal-").FullName;

    private string Authority => Path.GetDirectoryName(token.Publication)!;

    private string ServerCertificate => Path.Combine(Data, "server.pem");

    /// <summary>For curl: the key of the certificate is on the token.</summary>
    private (string Name, string Value)[] Holder =>
    [
        .. token.Environment, ("OPENSSL_CONF", Path.Combine(Data, "engine.cnf")), ("PORTAL", _address), ("CERTIFICATE", Path.Combine(Data, "enterprise.pem")), ("CA", ServerCertificate),
        ("KEY", $"pkcs11:token={Uri.EscapeDataString(PersonalizedToken.Label)};id={string.Concat(Convert.FromHexString(token.KeyId).Select(octet => $"%{octet:x2}"))};type=private"),
    ];

    public async ValueTask InitializeAsync()
    {
        File.Move(token.CertificatePem(), Path.Combine(Data, "enterprise.pem"));
        File.WriteAllText(
            Path.Combine(Data, "engine.cnf"), $"openssl_conf = a\n[a]\nengines = b\n[b]\npkcs11 = c\n[c]\nengine_id = pkcs11\nMODULE_PATH = {SoftHsmFixture.ModulePath}\nPIN = {token.Pin}\n");
        Programs.Run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=portal", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", Path.Combine(Data, "server.key"), "-out", ServerCertificate]);
        await ServeAsync(FilingKey());
        // What an administrator does once: the authority is told the key, and from then on certifies it.
        var named = Path.Combine("public", "portal.key");
        await Eventually.IsAsync(() => File.Exists(Path.Combine(Data, named)));
        File.Copy(Path.Combine(Data, named), Path.Combine(Directory.CreateDirectory(Path.Combine(Authority, "public")).FullName, "portal.key"));
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync(CancellationToken.None);
        _server.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>A page with its status, by curl.</summary>
    /// <param name="asHolder">With the enterprise's certificate.</param>
    public string Page(string path, bool asHolder = true)
    {
        string[] certificate = asHolder ? ["--cert", Value("CERTIFICATE"), "--engine", "pkcs11", "--key-type", "ENG", "--key", Value("KEY")] : [];
        return Programs.Run("curl", ["-sS", "--cacert", ServerCertificate, .. certificate, "-H", "Accept: text/html", "-w", "%{http_code}", _address + path], Holder);

        string Value(string name) => Holder.Single(one => one.Name == name).Value;
    }

    /// <summary>docs/curl/filing.sh</summary>
    public string Filing(params string[] arguments) => Programs.Run(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "curl", "filing.sh"), arguments, Holder).Trim();

    private async Task ServeAsync(string key)
    {
        var configuration = Path.Combine(Data, "elicense.json");
        File.WriteAllText(configuration, JsonSerializer.Serialize(new
        {
            portal = new { server = new { certificate = ServerCertificate, key = Path.Combine(Data, "server.key") }, key },
            follows = new[] { new { source = token.Publication, authority = 9901, root = token.Fingerprint, state = Path.Combine(Data, "state"), inbox = Path.Combine(Authority, "inbox") } },
        }));
        _server = Elicense.Start(token.Environment, "serve", "--role", "portal", "--config", configuration, "--data", Data, "--port-base", "22480");
        var line = await _server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException(await _server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        _address = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("portal").GetString()!;
    }

    /// <summary>Made on a token of its own by another program.</summary>
    private string FilingKey()
    {
        const string Pin = "13572468";
        Programs.Run("softhsm2-util", ["--init-token", "--free", "--label", "portal", "--so-pin", "24681357", "--pin", Pin], token.Environment);
        Programs.Run(
            "pkcs11-tool", ["--module", SoftHsmFixture.ModulePath, "--token-label", "portal", "--login", "--pin", Pin, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "portal", "--id", "01"],
            token.Environment);
        return $"pkcs11:token=portal;object=portal?module-path={SoftHsmFixture.ModulePath}&pin-source=file:{token.Secret("portal-pin", Pin)}";
    }
}
