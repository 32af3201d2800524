using System.Text;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Trust;

public sealed class OfficeDirectoryTests
{
    private static readonly string Published = TrustCardTests.Compact(FormatsDocument.Example("offices"));

    [Fact]
    public void Writes_the_documented_directory_whatever_order_it_was_made_in()
    {
        var directory = new OfficeDirectory(1, 1767225600, 168, new Dictionary<int, BilingualText>
        {
            [12] = new("台江分局", "Taijiang Branch"),
            [7] = new("鼓楼分局", "Gulou Branch"),
        });
        Assert.Equal(Published, Encoding.UTF8.GetString(directory.EncodeJson()));
    }

    [Fact]
    public void Reads_the_documented_directory()
    {
        Assert.True(OfficeDirectory.TryDecodeJson(Encoding.UTF8.GetBytes(Published), out var directory, out _));
        Assert.Equal((1, 1767225600, 168, 2), (directory.Version, directory.Issued, directory.AuthorityNumber, directory.Offices.Count));
        Assert.Equal(new BilingualText("台江分局", "Taijiang Branch"), directory.Offices[12]);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":0")]
    [InlineData("\"version\":1", "\"version\":1,\"version\":1")]
    [InlineData("\"version\":1", "\"version\":1,\"more\":1")]
    [InlineData("\"issued\":1767225600", "\"issued\":-1")]
    [InlineData("\"authority\":168", "\"authority\":10000")]
    [InlineData("\"number\":12", "\"number\":7")]
    [InlineData("\"number\":12", "\"number\":6")]
    [InlineData("\"number\":7", "\"number\":-7")]
    [InlineData("鼓楼分局", "")]
    [InlineData("[{", "[null,{")]
    public void Refuses_a_member_out_of_its_bounds(string right, string wrong)
    {
        Assert.Contains(right, Published, StringComparison.Ordinal);
        var json = Encoding.UTF8.GetBytes(Published.Replace(right, wrong, StringComparison.Ordinal));
        Assert.False(OfficeDirectory.TryDecodeJson(json, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_too_many_bytes_before_reading_them()
    {
        Assert.False(OfficeDirectory.TryDecodeJson(new byte[OfficeDirectory.MaxBytes + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }
}
