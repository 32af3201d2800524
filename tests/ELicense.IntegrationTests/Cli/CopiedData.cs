namespace ELicense.IntegrationTests.Cli;

/// <summary>A copy of a data folder, with its token store, that a test may change; gone when disposed.</summary>
public sealed class CopiedData : IDisposable
{
    public CopiedData(string from)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(Folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to); // keeps the mode: PIN files stay private
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-copy-").FullName;

    /// <summary>
    /// Makes the copied installation's publication anew with two licenses only: a shorter log, signed by the same keys, as a restored backup would publish it.
    /// </summary>
    /// <returns>The publication's folder.</returns>
    public async Task<string> RewindAsync(string portBase)
    {
        foreach (var folder in (string[])["publication", "authority", "verifier", "high-water"])
            Directory.Delete(Path.Combine(Folder, folder), recursive: true);
        var register = Path.Combine(Folder, "two.csv");
        await File.WriteAllLinesAsync(register, (await File.ReadAllLinesAsync(Elicense.SampleRegister)).Take(3));
        var run = await Elicense.RunAsync("demo", "--exit", "--json", "--data", Folder, "--csv", register, "--port-base", portBase);
        return run.ExitCode == 0 ? Path.Combine(Folder, "publication") : throw new InvalidOperationException(run.Error);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
