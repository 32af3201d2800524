using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>An implementation of its own beside SoftHSM: the softoken of NSS, which wants its folder in a text at C_Initialize.</summary>
public sealed class NssTokenTests : IDisposable
{
    private const string Label = "NSS Certificate DB";

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-nss-").FullName;
    private readonly string _pinFile;

    public NssTokenTests()
    {
        _pinFile = Path.Combine(_folder, "pin");
        File.WriteAllText(_pinFile, SoftHsmFixture.Pin + "\n");
        File.SetUnixFileMode(_pinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Programs.Run("certutil", ["-N", "-d", "sql:" + _folder, "-f", _pinFile]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_made_found_by_its_URI_after_a_restart_of_the_library_and_signs()
    {
        VerificationKey made;
        var message = "登记机关 signs this"u8.ToArray();
        using (var module = Pkcs11Module.Load(Pkcs11Profile.ForName("softokn3")!.ModulePaths.First(File.Exists), configuration: _folder))
        using (var token = module.OpenToken(Label, null, PinSource.File(_pinFile)))
        using (var key = Pkcs11SigningKey.Generate(token, Suite.Es256, "license"))
        {
            made = key.PublicKey;
            Assert.Equal("Signature Verified Successfully", OpenSsl.Verify(made, message, key.Sign(message)));
            Assert.Equal("token-failed", Assert.Throws<Pkcs11Exception>(() => token.GenerateKeyPair(Pkcs11KeyType.Ed25519, "log")).Code);
        }

        Assert.Contains("license", Programs.Run("certutil", ["-K", "-d", "sql:" + _folder, "-f", _pinFile]), StringComparison.Ordinal);
        Assert.True(Pkcs11Uri.TryParse(
            $"pkcs11:token=NSS%20Certificate%20DB;object=license?module-name=softokn3&x-configuration={_folder}&pin-source=file:{_pinFile}", out var uri, out var fault), fault);
        using var tokens = new Pkcs11Tokens();
        using var again = Pkcs11SigningKey.Open(tokens, [uri], made);
        Parallel.For(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 4 }, n => Assert.True(made.Verify(BitConverter.GetBytes(n), again.Sign(BitConverter.GetBytes(n)))));
    }
}
