using System.Text;
using ELicense.Pkcs11;
using Xunit;

[assembly: AssemblyFixture(typeof(ELicense.IntegrationTests.Tokens.SoftHsmFixture))]

namespace ELicense.IntegrationTests.Tokens;

/// <summary>One SoftHSM for the whole assembly, with its own folder of tokens: the module reads its configuration once in a process. One token a test class.</summary>
public sealed class SoftHsmFixture : IDisposable
{
    public const string ModulePath = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "482915";
    public const string SecurityOfficerPin = "77553311";

    private readonly List<Pkcs11Token> _tokens = [];

    // A process that begins to read the tokens while another is being made finds none at all.
    private readonly Lock _making = new();

    public SoftHsmFixture()
    {
        Folder = Directory.CreateTempSubdirectory("elicense-softhsm-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "tokens"));
        ConfigurationFile = Path.Combine(Folder, "softhsm2.conf");
        File.WriteAllText(ConfigurationFile, $"directories.tokendir = {Folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        PinFile = Path.Combine(Folder, "pin");
        File.WriteAllText(PinFile, Pin + "\n");
        File.SetUnixFileMode(PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Pkcs11Module.SetNativeEnvironment("SOFTHSM2_CONF", ConfigurationFile);
        Module = Pkcs11Module.Load(ModulePath);
    }

    /// <summary>Holds softhsm2.conf, the tokens and the PIN file.</summary>
    public string Folder { get; }

    /// <summary>For SOFTHSM2_CONF of other processes; those that look at the fixture's tokens are run by <see cref="Run"/>.</summary>
    public string ConfigurationFile { get; }

    /// <summary>Mode 0600, holds <see cref="Pin"/>.</summary>
    public string PinFile { get; }

    public Pkcs11Module Module { get; }

    /// <summary>A new, empty token, logged in; the fixture disposes it.</summary>
    public Pkcs11Token NewToken(string label)
    {
        var token = Module.OpenToken(label: null, InitializeToken(label).Serial, PinSource.File(PinFile));
        lock (_tokens)
            _tokens.Add(token);
        return token;
    }

    /// <summary>A new, empty token that nobody has logged in to.</summary>
    public TokenInfo InitializeToken(string label, string pin = Pin)
    {
        lock (_making)
            return Module.InitializeToken(label, Encoding.ASCII.GetBytes(SecurityOfficerPin), Encoding.ASCII.GetBytes(pin));
    }

    /// <summary>As <see cref="Programs.Run"/>, over the fixture's tokens while none is being made.</summary>
    public string Run(string program, params string[] arguments)
    {
        lock (_making)
            return Programs.Run(program, arguments, ("SOFTHSM2_CONF", ConfigurationFile));
    }

    /// <summary>A SoftHSM that has this token and no other.</summary>
    public TokenCopy CopyOf(TokenInfo token)
    {
        lock (_making)
            return new TokenCopy(Directory.GetDirectories(Path.Combine(Folder, "tokens"))
                .Single(folder => folder.Replace("-", "", StringComparison.Ordinal).EndsWith(token.Serial, StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        _tokens.ForEach(t => t.Dispose());
        Module.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
