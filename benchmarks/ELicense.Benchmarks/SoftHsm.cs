using System.Security.Cryptography;
using System.Text;
using ELicense.Pkcs11;

namespace ELicense.Benchmarks;

/// <summary>A SoftHSM with a new token in a folder, logged in to.</summary>
internal sealed class SoftHsm : IDisposable
{
    public const string ModulePath = "/usr/lib/softhsm/libsofthsm2.so";

    private readonly Pkcs11Module _module;

    public SoftHsm(string folder)
    {
        var configuration = Path.Combine(folder, "softhsm2.conf");
        Directory.CreateDirectory(Path.Combine(folder, "tokens"));
        File.WriteAllText(configuration, $"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        Pkcs11Module.SetNativeEnvironment("SOFTHSM2_CONF", configuration);
        _module = Pkcs11Module.Load(ModulePath);
        var pin = RandomNumberGenerator.GetString("0123456789", 8);
        var pinFile = Path.Combine(folder, "pin");
        File.WriteAllText(pinFile, pin);
        File.SetUnixFileMode(pinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var info = _module.InitializeToken("benchmark", Encoding.ASCII.GetBytes(pin), Encoding.ASCII.GetBytes(pin));
        Token = _module.OpenToken(label: null, info.Serial, PinSource.File(pinFile));
    }

    public Pkcs11Token Token { get; }

    public void Dispose()
    {
        Token.Dispose();
        _module.Dispose();
    }
}
