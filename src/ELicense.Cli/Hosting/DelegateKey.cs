using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ELicense.Cli.Development;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using ELicense.Verification.Publication;

namespace ELicense.Cli.Hosting;

/// <summary>A key of the public zone for one role, on a token of its own. Owns the token.</summary>
internal sealed class DelegateKey : IDisposable
{
    // Each makes SoftHSM's settings and perhaps a token: one after the other.
    private static readonly Lock Opening = new();

    private readonly string _role;
    private readonly DataFolder _data;
    private readonly Pkcs11Uri? _configured;
    private readonly Pkcs11Tokens _tokens = new();

    private DelegateKey(string role, DataFolder data, Pkcs11Uri? configured) => (_role, _data, _configured) = (role, data, configured);

    private string DevelopmentUri => Path.Combine(_data.PublicKeys, _role + ".uri");

    /// <summary>Null when none is configured and the data folder has no development hierarchy, beside which one is made.</summary>
    /// <param name="role">As in the trust card's delegations.</param>
    /// <param name="configured">PKCS#11 URI; null: none is configured.</param>
    public static DelegateKey? For(string role, string? configured, DataFolder data)
    {
        if (configured is not null)
            return Pkcs11Uri.TryParse(configured, out var uri, out _) ? new DelegateKey(role, data, uri) : throw new InvalidOperationException("The configuration was checked.");
        return File.Exists(data.RootFingerprint) ? new DelegateKey(role, data, configured: null) : null;
    }

    /// <summary>Opens it, and says in the data folder which one it is.</summary>
    public SigningKey Open()
    {
        lock (Opening)
        {
            Directory.CreateDirectory(_data.PublicKeys);
            var key = _configured is { } uri ? Open(uri) : OpenDevelopment();
            WholeFile.Write(_data.DelegateKeyFingerprint(_role), Encoding.ASCII.GetBytes(Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span) + "\n"));
            return key;
        }
    }

    public void Dispose() => _tokens.Dispose();

    private Pkcs11SigningKey Open(Pkcs11Uri uri)
    {
        var found = _tokens.OpenKey(uri);
        return VerificationKey.TryImport(found.SubjectPublicKeyInfo.Span, out var pinned, out var refusal)
            ? Pkcs11SigningKey.Open(_tokens, [uri], pinned)
            : throw new Pkcs11Exception(refusal.Code, refusal.Detail);
    }

    private Pkcs11SigningKey OpenDevelopment()
    {
        DevelopmentHierarchy.UseSoftHsm(_data);
        if (File.Exists(DevelopmentUri) && Pkcs11Uri.TryParse(File.ReadAllText(DevelopmentUri).Trim(), out var uri, out _))
        {
            try
            {
                return Open(uri);
            }
            catch (Pkcs11Exception e) when (e.Code == Codes.TokenMissing)
            {
                // The development hierarchy was made anew, and all tokens with it.
            }
        }

        return MakeDevelopment();
    }

    /// <summary>The URI is written last: what a killed process left half-made is not found again.</summary>
    private Pkcs11SigningKey MakeDevelopment()
    {
        var name = $"ELicense DEV public {RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var pin = Path.Combine(_data.PublicKeys, _role + ".pin");
        var (user, officer) = (NewPin(), NewPin());
        PrivateFile.Write(pin, user);
        var path = Pkcs11Profile.ForName("softhsm2")!.ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new Pkcs11Exception(Codes.ModuleMissing, "SoftHSM 2 is not installed (Debian package softhsm2).");
        var uri = new Pkcs11Uri { Token = name, Object = _role, ModulePath = path, Pin = PinSource.File(pin) };
        using (var module = Pkcs11Module.Load(path))
            module.InitializeToken(name, officer, user);
        Pkcs11SigningKey.Generate(_tokens.OpenToken(uri), Suite.Es256, _role).Dispose();
        WholeFile.Write(DevelopmentUri, Encoding.UTF8.GetBytes(uri + "\n"));
        return Open(uri);
    }

    private static byte[] NewPin() => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture));
}
