using ELicense.Cli;
using ELicense.Cli.Hosting;
using ELicense.Core;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

public sealed class OcspConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-ocsp-configuration-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"ocsp": {"validityMinutes": 1}}""")]
    [InlineData("""{"ocsp": {"neverIssued": "good"}}""")]
    [InlineData("""{"ocsp": {"signaturesPerSecond": 0}}""")]
    [InlineData("""{"ocsp": {"key": "file:/key.pem"}}""")]
    [InlineData("""{"ocsp": {"kye": "pkcs11:token=public"}}""")]
    [InlineData("""{"delegates": [{"role": "ocsp", "key": "00"}]}""")]
    [InlineData("""{"delegates": [{"role": "license", "key": "0000000000000000000000000000000000000000000000000000000000000000"}]}""")]
    [InlineData("""{"delegates": [{"role": "ocsp"}]}""")]
    [InlineData("""{"inbox": "inbox"}""")]
    public void What_cannot_be_meant_is_refused(string json) => Assert.Equal(Codes.ConfigFormat, Assert.Throws<CommandException>(() => Configuration.Read(Write(json))).Code);

    [Fact]
    public void What_is_said_holds()
    {
        const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        var read = Configuration.Read(Write($$$"""
            {"inbox": "/srv/inbox", "delegates": [{"role": "ocsp", "key": "{{{Key}}}"}],
             "ocsp": {"key": "pkcs11:token=public;object=ocsp?module-name=softhsm2&pin-source=file:/etc/pin", "validityMinutes": 60, "neverIssued": "revoked"}}
            """));
        var data = read.Place(DataFolder.Open(Path.Combine(_folder, "data")));

        Assert.Equal("/srv/inbox", data.Inbox);
        var named = Assert.Single(DelegateConfiguration.Named(read.Delegates, data));
        Assert.Equal(("ocsp", Key), (named.Role, named.Key.ToString()));
        var settings = read.Ocsp!.ToSettings(null!, null!);
        Assert.Equal((TimeSpan.FromHours(1), true), (settings.Validity, settings.NeverIssuedIsRevoked));
    }

    [Fact]
    public void Without_a_key_and_without_a_development_hierarchy_there_is_no_responder() =>
        Assert.Null(DelegateKey.For("ocsp", configured: null, DataFolder.Open(Path.Combine(_folder, "data"))));

    private string Write(string json)
    {
        var path = Path.Combine(_folder, "elicense.json");
        File.WriteAllText(path, json);
        return path;
    }
}
