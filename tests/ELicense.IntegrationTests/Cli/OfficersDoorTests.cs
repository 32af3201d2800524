using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The scripts of docs/curl against the real process, with the development officers' certificates.</summary>
public sealed class OfficersDoorTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("elicense-door-").FullName;
    private Process _server = null!;
    private Process? _publicZone;
    private string _authority = "";
    private string _public = "";

    /// <summary>In China, where years end eight hours earlier.</summary>
    private static string LastYear => (TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Year - 1).ToString(CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        _server = Elicense.Start("serve", "--role", "authority", "--data", _data, "--port-base", "18280");
        _authority = await ReadyAsync(_server, "authority");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (Process?[])[_publicZone, _server])
        {
            if (process is null)
                continue;
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task The_scripts_play_a_license_from_application_to_cancellation()
    {
        // Another process over the same folder: the zones meet in publication and inbox alone.
        _publicZone = Elicense.Start("serve", "--role", "public", "--data", _data, "--port-base", "18280");
        _public = await ReadyAsync(_publicZone, "public");
        Assert.Equal("draft\napplied\nreturned\nrejected", Script("return.sh"));
        var number = Script("issuance.sh");
        Assert.Matches("^9901-[0-9]{10}$", number);
        Assert.Equal("2", Script("amendment.sh", number));
        Assert.Equal("3", Script("renewal.sh", number));
        Assert.Equal("done", Script("annual-report.sh", number, LastYear));
        var token = Directory.CreateDirectory(Path.Combine(_data, "token")).FullName;
        var first = Script("certificate.sh", number, token).Split(' ');
        Assert.Equal($"serial={first[1]}\n", Programs.Run("openssl", ["x509", "-in", Path.Combine(token, "certificate.pem"), "-noout", "-serial"]), ignoreCase: true);
        await OcspSaysAsync("good", first[0], token);
        Assert.Equal("applied suspended valid\ndone revoked valid", Script("loss-report.sh", number, first[0], first[1]));
        await OcspSaysAsync("revoked keyCompromise", first[0], token);
        var verified = await Elicense.RunAsync(
            "verify", Path.Combine(token, "certificate.pem"), "--trust", Path.Combine(_data, "dev", "root.fingerprint"), "--publication", Path.Combine(_data, "publication"), "--json");
        Assert.Equal((11, "revoked", "loss-confirmed"), (verified.ExitCode, verified.Json.GetProperty("verdict").GetString(), verified.Json.GetProperty("status").GetProperty("reason").GetString()));
        var replaced = Script("replacement.sh", number, first[0], first[1], token).Split('\n');
        Assert.Equal("revoked valid", replaced[0]);
        var second = replaced[1].Split(' ');
        Assert.Equal("superseded valid", Script("replacement.sh", number, second[0], second[1], token).Split('\n')[0]);
        Assert.Equal("suspended", Script("standing.sh", "suspension", number, "judicial-order"));
        Assert.Equal("valid", Script("standing.sh", "resumption", number, "judicial-order-lifted"));
        Assert.Equal("revoked", Script("standing.sh", "revocation", number, "business-ceased"));
        Assert.Equal("cancelled", Script("standing.sh", "cancellation", number, "cancelled-after-revocation"));
        Assert.Equal("confirmed", Script("roles.sh", "approver", "approver"));
    }

    [Fact]
    public void Curl_without_a_certificate_is_told_what_is_missing()
    {
        var answer = Programs.Run("curl", ["-sS", "--cacert", Path.Combine(_data, "dev", "root.pem"), _authority + "/api/v1/me"]);
        Assert.Contains("\"code\":\"certificate-missing\"", answer, StringComparison.Ordinal);
    }

    /// <summary>Kestrel, given a certificate alone, builds its chain with downloads: half a minute on a network that swallows them, and a call that the authority zone forbids.</summary>
    [Fact]
    public async Task The_door_opens_without_calling_the_addresses_in_its_own_certificate()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var data = Path.Combine(_data, "another");

        using var server = Elicense.Start("serve", "--role", "authority", "--data", data, "--port-base", "18380", "--public-url", $"http://{listener.LocalEndpoint}");
        try
        {
            Assert.NotNull(await server.StandardOutput.ReadLineAsync(cancellation));
            Assert.Contains(
                $"http://{listener.LocalEndpoint}/publication/ca/", Programs.Run("openssl", ["x509", "-in", Path.Combine(data, "dev", "service.pem"), "-noout", "-text"]), StringComparison.Ordinal);
            Assert.False(listener.Pending());
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<string> ReadyAsync(Process server, string zone)
    {
        var line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return JsonSerializer.Deserialize<JsonElement>(line).GetProperty(zone).GetString()!;
    }

    /// <summary>As soon as the publication has it, and the responder a delegate.</summary>
    private Task OcspSaysAsync(string expected, string issuer, string token) =>
        Eventually.IsAsync(() => Script("ocsp.sh", issuer, Path.Combine(token, "certificate.pem")) == expected);

    private string Script(string name, params string[] arguments) => Programs.Run(
        Path.Combine(FormatsDocument.RepositoryRoot, "docs", "curl", name), arguments, ("DATA", _data), ("AUTHORITY", _authority), ("PUBLIC", _public)).Trim();
}
