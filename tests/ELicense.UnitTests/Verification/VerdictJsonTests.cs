using System.Text;
using System.Text.Json;
using ELicense.Core.Licenses;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class VerdictJsonTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Has_the_contracts_members_in_the_contracts_order()
    {
        var json = Write(withDocument: true).RootElement;
        Assert.Equal(["verdict", "checks", "license", "status"], Names(json));
        Assert.Equal(["check", "result", "code", "detail"], Names(json.GetProperty("checks")[0]));
        Assert.Equal(
            [
                "licenseNumber", "identifier", "version", "uscc", "name", "kind", "legalRepresentative", "registeredCapital", "establishedOn", "address",
                "businessScope", "registrationAuthority", "issuedAt",
            ],
            Names(json.GetProperty("license")).Take(13));
        Assert.Equal(["value", "list", "index", "asOf", "logSize"], Names(json.GetProperty("status")).Take(5));
    }

    [Theory]
    [InlineData("licenseNumber", "6201-0000000077")]
    [InlineData("kind", "company")]
    [InlineData("registeredCapital", "530万元人民币")]
    [InlineData("establishedOn", "2015-10-01")]
    [InlineData("registrationAuthority", "福州市市场监督管理局")]
    [InlineData("issuedAt", "2026-10-22T08:00:00Z")]
    public void Writes_the_license(string member, string expected) =>
        Assert.Equal(expected, Write(withDocument: true).RootElement.GetProperty("license").GetProperty(member).GetString());

    [Fact]
    public void Without_a_face_what_only_it_knows_is_null()
    {
        var license = Write(withDocument: false).RootElement.GetProperty("license");
        Assert.Equal("福州示例有限公司", license.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, license.GetProperty("address").ValueKind);
    }

    [Fact]
    public void Chinese_stays_readable() => Assert.Contains("\"name\":\"福州示例有限公司\"", Encoding.UTF8.GetString(Bytes(withDocument: true)));

    [Fact]
    public void An_unreadable_license_is_null()
    {
        var verdict = LicenseVerifier.Verify(new byte[] { 0xD2 }, null, null, _authority.Trust(), _ => null, TestAuthority.Now);
        var json = JsonDocument.Parse(VerdictJson.Write(verdict)).RootElement;
        Assert.Equal(("invalid", JsonValueKind.Null), (json.GetProperty("verdict").GetString(), json.GetProperty("license").ValueKind));
    }

    [Fact]
    public void Writes_standing_time_and_log_size()
    {
        var status = Write(withDocument: true, Standing.Suspended).RootElement.GetProperty("status");
        Assert.Equal(
            ("suspended", 3, 1, "2026-11-01T07:59:00Z", 9L),
            (status.GetProperty("value").GetString(), status.GetProperty("list").GetInt32(), status.GetProperty("index").GetInt32(),
                status.GetProperty("asOf").GetString(), status.GetProperty("logSize").GetInt64()));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private JsonDocument Write(bool withDocument, Standing standing = Standing.Valid) => JsonDocument.Parse(Bytes(withDocument, standing));

    private byte[] Bytes(bool withDocument, Standing standing = Standing.Valid)
    {
        var license = _authority.Issue(1);
        return VerdictJson.Write(LicenseVerifier.Verify(
            license.Token, withDocument ? license.Document : default(ReadOnlyMemory<byte>?), null, _authority.Trust(), _ => TestAuthority.Evidence(license, standing), TestAuthority.Now));
    }
}
