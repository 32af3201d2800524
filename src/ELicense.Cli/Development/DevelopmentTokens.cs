using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;

namespace ELicense.Cli.Development;

/// <summary>The SoftHSM tokens of a data folder: made once by the recipe, then opened by label. Owns module and logins.</summary>
internal sealed class DevelopmentTokens : IDisposable
{
    private readonly DataFolder _data;
    private readonly HierarchyRecipe _recipe;
    private readonly Pkcs11Module _module;
    private readonly Dictionary<string, Pkcs11Token> _open = [];

    private DevelopmentTokens(DataFolder data, HierarchyRecipe recipe, Pkcs11Module module)
    {
        _data = data;
        _recipe = recipe;
        _module = module;
    }

    /// <summary>Points SoftHSM to the data folder and loads it; once a process.</summary>
    public static DevelopmentTokens Load(DataFolder data, HierarchyRecipe recipe)
    {
        var path = Pkcs11Profile.ForName("softhsm2")!.ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new CommandException(Codes.ModuleMissing, "SoftHSM 2 is not installed (Debian package softhsm2).", 1);
        Directory.CreateDirectory(data.Tokens);
        File.WriteAllText(data.SoftHsmConfiguration, $"directories.tokendir = {data.Tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Pkcs11Module.SetNativeEnvironment("SOFTHSM2_CONF", data.SoftHsmConfiguration);
        return new DevelopmentTokens(data, recipe, Pkcs11Module.Load(path));
    }

    /// <summary>Initializes every token of the recipe and generates its keys on it.</summary>
    public void Create()
    {
        var securityOfficerPin = NewPin(Path.Combine(_data.Development, "so.pin"));
        foreach (var token in _recipe.Tokens)
        {
            _module.InitializeToken(token.Label, securityOfficerPin, NewPin(PinPath(token)));
            foreach (var role in token.Keys)
                Open(token).GenerateKeyPair(_recipe.Keys.Single(key => key.Role == role).KeyType, role);
        }
    }

    /// <param name="pinned">Public key that the key must have; null only before the first trust card names it.</param>
    public SigningKey Key(KeyRole role, VerificationKey? pinned)
    {
        var key = _recipe.Key(role);
        return Pkcs11SigningKey.Open(Open(_recipe.TokenOf(key)), key.Role, pinned);
    }

    public void Dispose()
    {
        foreach (var token in _open.Values)
            token.Dispose();
        _module.Dispose();
    }

    private string PinPath(RecipeToken token) => Path.Combine(_data.Development, token.PinFile);

    private Pkcs11Token Open(RecipeToken token)
    {
        if (!_open.TryGetValue(token.Label, out var open))
            _open[token.Label] = open = _module.OpenToken(token.Label, serial: null, PinSource.File(PinPath(token)));
        return open;
    }

    private static byte[] NewPin(string path)
    {
        var pin = RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
        PrivateFile.Write(path, Encoding.ASCII.GetBytes(pin + "\n"));
        return Encoding.ASCII.GetBytes(pin);
    }
}
