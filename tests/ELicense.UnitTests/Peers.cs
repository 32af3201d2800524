using System.Diagnostics;
using System.Text.Json;
using ELicense.UnitTests.Docs;

namespace ELicense.UnitTests;

/// <summary>Runs the scripts of tests/peers: other people's implementations of the formats that we write and read.</summary>
public static class Peers
{
    private static readonly string Folder = Path.Combine(FormatsDocument.RepositoryRoot, "tests", "peers");

    /// <summary>Gives <paramref name="input"/> as JSON to the script's standard input and returns the JSON of its standard output.</summary>
    /// <exception cref="InvalidOperationException">The packages are not installed, or the script failed; the message holds its standard error.</exception>
    public static async Task<JsonElement> RunAsync(string script, object input, CancellationToken cancel)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException($"The peers are not installed: run `npm ci --ignore-scripts` in {Folder}.");

        using var node = Process.Start(new ProcessStartInfo("node", script)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("node did not start.");

        // Both pipes are drained while the input is written, so that no full pipe blocks the other side.
        var output = node.StandardOutput.ReadToEndAsync(cancel);
        var error = node.StandardError.ReadToEndAsync(cancel);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(input).AsMemory(), cancel);
        node.StandardInput.Close();
        await node.WaitForExitAsync(cancel);

        if (node.ExitCode != 0)
            throw new InvalidOperationException($"{script} ended with {node.ExitCode}: {await error}");
        return JsonSerializer.Deserialize<JsonElement>(await output);
    }
}
