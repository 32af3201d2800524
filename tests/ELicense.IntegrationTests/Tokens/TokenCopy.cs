namespace ELicense.IntegrationTests.Tokens;

/// <summary>A folder with a copy of one SoftHSM token, for another program.</summary>
public sealed class TokenCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-token-").FullName;

    /// <param name="token">SoftHSM's folder of the token; its name ends with the serial number, but for hyphens.</param>
    internal TokenCopy(string token)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "tokens", Path.GetFileName(token))).FullName;
        foreach (var file in Directory.GetFiles(token))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        ConfigurationFile = Path.Combine(_folder, "softhsm2.conf");
        File.WriteAllText(ConfigurationFile, $"directories.tokendir = {_folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
    }

    /// <summary>For SOFTHSM2_CONF.</summary>
    public string ConfigurationFile { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
