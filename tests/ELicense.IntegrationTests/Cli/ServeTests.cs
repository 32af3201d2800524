using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using ELicense.UnitTests;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The real server process over a demo's data.</summary>
public sealed class ServeTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Says_in_one_line_where_it_is_ready_and_ends_well_on_sigterm()
    {
        using var server = await ServerAsync("all", "17580");
        Assert.True(server.Ready.GetProperty("ready").GetBoolean());
        Assert.Equal(demo.Data, server.Ready.GetProperty("data").GetString());
        // Ports of one block, whichever was free.
        var port = server.Client.BaseAddress!.Port;
        Assert.Equal($"https://127.0.0.1:{port + 1}", server.Ready.GetProperty("authority").GetString());
        Assert.Equal(JsonValueKind.Null, server.Ready.GetProperty("login").ValueKind);
        Assert.Equal($"https://127.0.0.1:{port + 3}", server.Ready.GetProperty("portal").GetString());
        Assert.Equal(0, await server.EndAsync(_cancellation));
    }

    [Fact]
    public async Task Of_the_doors_for_certificates_too_one_address_gets_500_connections()
    {
        using var server = await ServerAsync("all", "18180");
        foreach (var door in (string[])["authority", "portal"])
        {
            var address = new Uri(server.Ready.GetProperty(door).GetString()!);
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
            var connections = Enumerable.Range(0, 501).Select(_ => UntilClosedAsync("127.0.0.9", address, leave.Token)).ToList();
            // One too many is closed: that which the door counts last, not the one that came last.
            await Task.WhenAny(connections);
            Assert.Equal(1, connections.Count(connection => connection.IsCompleted));
            // It shows its certificate, which leads to no root of this machine.
            await Assert.ThrowsAsync<AuthenticationException>(() => ShakeHandsAsync("127.0.0.10", address));
            await leave.CancelAsync();
            await Task.WhenAll(connections);
        }
    }

    [Fact]
    public async Task A_second_process_over_the_same_data_is_refused_and_spends_no_try_of_a_pin()
    {
        using var server = await ServerAsync("all", "17880");
        var second = await Elicense.RunAsync("demo", "--exit", "--data", demo.Data, "--port-base", "17980");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("[data-in-use]", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_not_built_yet_exits_2()
    {
        var run = await Elicense.RunAsync("serve", "--role", "login", "--data", demo.Data);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("[role-not-built]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_local_state_the_verifier_gives_the_same_verdicts_from_the_publication_alone()
    {
        using var data = new CopiedData(demo.Data);
        var before = await VerdictsAsync(data.Folder, "17680");
        Directory.Delete(Path.Combine(data.Folder, "verifier"), recursive: true);
        var after = await VerdictsAsync(data.Folder, "17680");

        Assert.Equal(19, before.Count);
        Assert.Equal(1, before.Count(verdict => verdict == "revoked"));
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Zbarimg_reads_the_qr_picture_to_exactly_the_qr_text_and_its_address_opens_the_landing_page()
    {
        var license = demo.Report.GetProperty("licenses")[0];
        var address = demo.Report.GetProperty("urls").GetProperty("public").GetString()!; // the one that the demo's QR texts name
        using var server = await StartAsync("all", demo.Data, "18080", "--public-url", address);
        var picture = Path.Combine(demo.Data, "qr.png");
        await File.WriteAllBytesAsync(picture, await server.Client.GetByteArrayAsync($"/l/{license.GetProperty("uscc")}/qr.png", _cancellation), _cancellation);

        var read = await Elicense.RunToolAsync("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture);
        Assert.Equal(license.GetProperty("qrText").GetString(), read.Output.TrimEnd('\n'));

        var landing = await server.Client.GetStringAsync(new Uri(read.Output.Trim()).PathAndQuery, _cancellation);
        Assert.Contains("示范市山间茶铺有限公司", landing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_verifies_in_another_cose_implementation_with_the_key_from_jwks_json()
    {
        using var server = await ServerAsync("all", "17780");
        var jwks = await server.Client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json", _cancellation);
        var token = demo.Report.GetProperty("licenses")[0].GetProperty("token").GetString();
        var jwk = jwks.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("kid").GetString() == LicenseKid());

        var payload = await Peers.RunAsync("cose-verify.mjs", new { token, jwk }, _cancellation);
        Assert.Contains("91990100MA0TEA015M", System.Text.Encoding.UTF8.GetString(Convert.FromHexString(payload.GetProperty("payload").GetString()!)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_by_the_delegate_verifies_offline_and_in_another_jose_implementation()
    {
        using var server = await ServerAsync("all", "17380");
        var code = demo.Report.GetProperty("licenses")[0].GetProperty("uscc").GetString()!;
        var receipt = await ReceiptAsync(server.Client, $"/api/v1/licenses/{code}/status");
        var file = Path.Combine(demo.Data, "receipt.jws");
        await File.WriteAllTextAsync(file, receipt, _cancellation);

        var genuine = await Elicense.RunAsync("verify", file, "--json", "--trust", demo.TrustCard);
        Assert.True(genuine.ExitCode == 0, genuine.Output + genuine.Error);
        Assert.Equal(("genuine", "valid"), (genuine.Json.GetProperty("receipt").GetString(), genuine.Json.GetProperty("verdict").GetProperty("verdict").GetString()));
        var altered = await Elicense.RunAsync("verify", receipt[..^9] + (receipt[^9] == 'A' ? 'B' : 'A') + receipt[^8..], "--json", "--trust", demo.TrustCard);
        Assert.Equal((10, "receipt-signature"), (altered.ExitCode, altered.Json.GetProperty("code").GetString()));

        // An answer about the past that nobody signed, by its proofs.
        var asOf = (await server.Client.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{code}/status", _cancellation)).GetProperty("status").GetProperty("asOf").GetString()!;
        var past = Path.Combine(demo.Data, "past.json");
        await File.WriteAllTextAsync(past, await server.Client.GetStringAsync($"/api/v1/licenses/{code}?at={Uri.EscapeDataString(asOf)}", _cancellation), _cancellation);
        var proven = await Elicense.RunAsync("verify", past, "--json", "--trust", demo.TrustCard);
        Assert.True(proven.ExitCode == 0, proven.Output + proven.Error);
        Assert.Equal(("proven", code), (proven.Json.GetProperty("answer").GetString(), proven.Json.GetProperty("uscc").GetString()));

        var read = await Peers.RunAsync("receipt-verify.mjs", new { receipt }, _cancellation);
        Assert.Equal((code, "elicense-receipt+jws"), (read.GetProperty("payload").GetProperty("uscc").GetString(), read.GetProperty("header").GetProperty("typ").GetString()));
    }

    [Fact]
    public async Task A_badge_by_the_delegate_verifies_in_another_jose_implementation()
    {
        using var server = await ServerAsync("all", "16980");
        var id = demo.Report.GetProperty("badge").GetProperty("id").GetString();
        var badge = default(JsonElement);
        // Until the delegate's certificate has come through inbox and publication.
        await Eventually.IsAsync(async () =>
        {
            badge = await server.Client.GetFromJsonAsync<JsonElement>($"/api/v1/badges/{id}", _cancellation);
            return badge.GetProperty("standing").ValueKind != JsonValueKind.Null;
        });

        var jwks = await server.Client.GetFromJsonAsync<JsonElement>("/badge/keys.json", _cancellation);
        var read = await Peers.RunAsync("badge-verify.mjs", new { statements = new[] { badge.GetProperty("statement").GetString(), badge.GetProperty("standing").GetString() }, jwks }, _cancellation);
        Assert.Equal(badge.GetProperty("origin").GetString(), read[0].GetProperty("payload").GetProperty("origin").GetString());
        Assert.Equal(badge.GetProperty("verdict").GetString(), read[1].GetProperty("payload").GetProperty("standing").GetString());
    }

    /// <summary>A connection on which nothing is said; it may be reset before <c>connect</c> returns.</summary>
    private Task UntilClosedAsync(string from, Uri door, CancellationToken leave) => Record.ExceptionAsync(async () =>
    {
        using var socket = await ConnectAsync(from, door);
        await socket.ReceiveAsync(new byte[1], leave);
    }).AsTask();

    private async Task ShakeHandsAsync(string from, Uri door)
    {
        await using var tls = new SslStream(new NetworkStream(await ConnectAsync(from, door), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(door.Host);
    }

    private async Task<Socket> ConnectAsync(string from, Uri door)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, door.Port, _cancellation);
        return socket;
    }

    /// <summary>As soon as the delegate's certificate has come through inbox and publication.</summary>
    private async Task<string> ReceiptAsync(HttpClient client, string address)
    {
        var text = "";
        await Eventually.IsAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("application/jose");
            using var response = await client.SendAsync(request, _cancellation);
            text = await response.Content.ReadAsStringAsync(_cancellation);
            Assert.True(response.IsSuccessStatusCode || text.Contains("receipt-unsigned", StringComparison.Ordinal), text);
            return response.IsSuccessStatusCode;
        });
        return text;
    }

    /// <summary>kid of the license key, read from the trust card's JSON.</summary>
    private string LicenseKid()
    {
        var payload = File.ReadAllText(demo.TrustCard).Split('.')[1];
        var card = JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
        return card.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("role").GetString() == "license").GetProperty("kid").GetString()!;
    }

    private async Task<List<string>> VerdictsAsync(string data, string portBase)
    {
        using var server = await StartAsync("public", data, portBase);
        var verdicts = new List<string>();
        foreach (var license in demo.Report.GetProperty("licenses").EnumerateArray())
        {
            using var response = await server.Client.PostAsJsonAsync(
                "/api/v1/verifications", new { artefact = license.GetProperty("token").GetString() }, _cancellation);
            verdicts.Add((await response.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("verdict").GetString()!);
        }

        await server.EndAsync(_cancellation);
        return verdicts;
    }

    private Task<ServingElicense> ServerAsync(string role, string portBase) => StartAsync(role, demo.Data, portBase);

    private Task<ServingElicense> StartAsync(string role, string data, string portBase, params string[] more) =>
        ServingElicense.StartAsync(role, data, portBase, _cancellation, more);
}
