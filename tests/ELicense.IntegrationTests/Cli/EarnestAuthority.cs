using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// <c>elicense serve --config</c> with what a ceremony left: the file of docs/operations.md with the paths of this machine. Its two administrators also apply and approve, so that the scripts of docs/curl
/// work.
/// </summary>
internal sealed class EarnestAuthority(CeremonyRun ceremony) : IDisposable
{
    private Process? _server;
    private string _address = "";

    public string Data { get; } = Directory.CreateTempSubdirectory("elicense-earnest-").FullName;

    public string Publication => Path.Combine(Data, "publication");

    /// <summary>The documented file, for the folders that ceremonies left, the newest first: keys of all of them, card and root of the newest.</summary>
    public JsonObject Configuration(params string[] ceremonies)
    {
        var configuration = JsonNode.Parse(CeremonyRun.Example("authority", "operations.md"))!.AsObject();
        var authority = configuration["authority"]!.AsObject();
        string Newest(string name) => ceremonies.Select(folder => Path.Combine(folder, name)).First(File.Exists);
        authority["root"] = File.ReadAllText(Newest("root.fingerprint")).Trim();
        authority["trust"] = Newest("trust.jws");
        authority["profiles"] = Path.Combine(ceremony.Folder, "profiles.json");
        authority["rootLists"] = new JsonArray([.. ceremonies.Take(1).SelectMany(folder => Directory.GetFiles(folder, "root*.crl")).Select(list => JsonValue.Create(list))]);
        authority["keys"] = new JsonArray([.. ceremonies.SelectMany(Keys).Select(key => JsonValue.Create(key))]);
        foreach (var person in authority["people"]!.AsArray())
        {
            var staff = person!["staff"]!.GetValue<string>();
            person["certificate"] = Path.Combine(ceremony.Output, staff + ".pem");
            person["roles"]!.AsArray().Add(staff == "admin1" ? "clerk" : "approver");
        }

        authority["door"] = new JsonObject { ["certificate"] = Path.Combine(ceremony.Output, "door.pem"), ["key"] = Path.Combine(ceremony.Folder, "door.key") };
        return configuration;
    }

    /// <summary>As keys.json says, with the PIN's source; the root's key is not for the service.</summary>
    private IEnumerable<string> Keys(string folder) =>
        JsonSerializer.Deserialize<List<string>>(File.ReadAllText(Path.Combine(folder, "keys.json")))!
            .Where(key => !key.Contains("object=root", StringComparison.Ordinal)).Select(key => $"{key}&pin-source=file:{ceremony.PinFile}");

    private string Write(JsonObject configuration)
    {
        var file = Path.Combine(Data, "elicense.json");
        File.WriteAllText(file, configuration.ToJsonString());
        return file;
    }

    public async Task StartAsync(JsonObject configuration, string portBase)
    {
        await StopAsync();
        _server = Elicense.StartAtTable(ceremony.Environment, "serve", "--role", "all", "--config", Write(configuration), "--data", Data, "--port-base", portBase);
        var line = await _server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException(await _server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        _address = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("authority").GetString()!;
        var persons = Directory.CreateDirectory(Path.Combine(Data, "dev")).FullName;
        File.Copy(Path.Combine(ceremony.Output, "root.pem"), Path.Combine(persons, "root.pem"), overwrite: true);
        foreach (var (role, staff) in ((string, string)[])[("clerk", "admin1"), ("approver", "admin2")])
            await File.WriteAllTextAsync(Path.Combine(persons, role + ".pem"), await File.ReadAllTextAsync(Path.Combine(ceremony.Output, staff + ".pem")) + await File.ReadAllTextAsync(Path.Combine(ceremony.Folder, staff + ".key")));
    }

    /// <summary>What it says when it does not start.</summary>
    public async Task<string> RefusedAsync(JsonObject configuration, string portBase)
    {
        using var server = Elicense.StartAtTable(ceremony.Environment, "serve", "--role", "all", "--config", Write(configuration), "--data", Data, "--port-base", portBase);
        var error = await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        return server.ExitCode is 1 or 2 ? error : throw new InvalidOperationException($"It ended with {server.ExitCode}: {error}");
    }

    public async Task StopAsync()
    {
        if (_server is not { } server)
            return;
        server.Kill();
        await server.WaitForExitAsync(CancellationToken.None);
        server.Dispose();
        _server = null;
    }

    /// <summary>A script of docs/curl.</summary>
    public string Script(string name, params string[] arguments) =>
        Programs.Run(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "curl", name), arguments, ("DATA", Data), ("AUTHORITY", _address)).Trim();

    /// <summary>Applies and approves as docs/curl/issuance.sh does, for another enterprise.</summary>
    /// <returns>The license number.</returns>
    public string Issue(string creditCode)
    {
        var door = Path.Combine(FormatsDocument.RepositoryRoot, "docs", "curl", "door.sh");
        var script = $$"""set -euo pipefail; . {{door}}; matter=$(apply "\"type\":\"issuance\",$(enterprise 示例贸易有限公司 示例路1号 | sed s/91350100M000100Y43/{{creditCode}}/)"); decide approver "$matter" approval | member licenseNumber""";
        return Programs.Run("bash", ["-c", script], ("DATA", Data), ("AUTHORITY", _address)).Trim();
    }

    public void Dispose()
    {
        StopAsync().GetAwaiter().GetResult();
        Directory.Delete(Data, recursive: true);
    }
}
