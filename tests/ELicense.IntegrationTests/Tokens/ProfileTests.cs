using System.Text;
using System.Text.Json;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>Vendors' profiles, and names of tokens as another program writes them.</summary>
public sealed class ProfileTests(SoftHsmFixture softHsm)
{
    private const string Good = """
        {"name":"V","moduleName":"v","modulePaths":["/opt/v.so"],"initialize":null,"maxSessions":4,
         "mechanisms":{"P-256":{"generate":"0x1040","sign":"0x80000003"}},"returnValues":{"0x80000123":"reload"}}
        """;

    [Fact]
    public void The_profiles_of_the_project_are_read_and_have_their_pages()
    {
        Assert.Equal(["p11-kit-client", "softhsm2", "softokn3"], Pkcs11Profile.All.Select(profile => profile.ModuleName).Order(StringComparer.Ordinal));
        Assert.Equal("SoftHSM 2", Pkcs11Profile.ForPath(SoftHsmFixture.ModulePath).Name);
        Assert.Same(Pkcs11Profile.Standard, Pkcs11Profile.ForPath("/opt/unknown.so"));
    }

    [Fact]
    public void A_vendors_numbers_are_taken()
    {
        var profile = Pkcs11Profile.Parse(Encoding.UTF8.GetBytes(Good));

        Assert.Equal(0x80000003UL, profile.SignMechanism(Pkcs11KeyType.P256));
        Assert.Equal("token-failed", Assert.Throws<Pkcs11Exception>(() => profile.SignMechanism(Pkcs11KeyType.Ed25519)).Code);
        Assert.Equal(Recovery.Reload, profile.RecoveryOf(Pkcs11Exception.Of("C_Sign", (Pkcs11.Native.ReturnValue)0x80000123)));
        Assert.Equal(Recovery.Stop, profile.RecoveryOf(Pkcs11Exception.Of("C_Sign", (Pkcs11.Native.ReturnValue)0x80000124)));
    }

    [Theory]
    [InlineData("\"maxSessions\":4", "\"maxSessions\":0")]
    [InlineData("0x80000003", "3")]
    [InlineData("0x80000123", "0x30")]
    [InlineData("\"reload\"", "\"panic\"")]
    [InlineData("P-256", "SM2")]
    [InlineData("\"name\":\"V\",", "")]
    [InlineData("\"name\":\"V\",", "\"name\":\"V\",\"colour\":1,")]
    public void A_profile_that_is_wrong_is_refused(string part, string other)
    {
        var json = Encoding.UTF8.GetBytes(Good.Replace(part, other, StringComparison.Ordinal));

        Assert.ThrowsAny<JsonException>(() => Pkcs11Profile.Parse(json));
    }

    [Fact]
    public void GnuTLS_names_a_token_by_a_URI_that_names_it_here()
    {
        var token = softHsm.InitializeToken("登记; token?");

        // GnuTLS names no token at all when a module has more than 48.
        using var alone = softHsm.CopyOf(token);
        var listed = Programs.Run("p11tool", ["--provider", SoftHsmFixture.ModulePath, "--list-token-urls"], ("SOFTHSM2_CONF", alone.ConfigurationFile))
            .Split('\n').Where(line => line.StartsWith("pkcs11:", StringComparison.Ordinal))
            .Select(line => Pkcs11Uri.TryParse(line.Trim(), out var uri, out var fault) ? uri : throw new InvalidDataException($"{line}: {fault}")).ToList();

        var matching = Assert.Single(listed, uri => uri.Matches(token));
        Assert.Equal(("登记; token?", token.Serial, "SoftHSM v2", "SoftHSM project"), (matching.Token, matching.Serial, matching.Model, matching.Manufacturer));
    }
}
