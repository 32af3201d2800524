using ELicense.Core;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

public sealed class SiteAddressTests
{
    private static readonly SiteSettings Settings = new() { Loopback = [new Uri("http://127.0.0.1:5084")] };

    [Theory]
    [InlineData("https://shop.example.cn", "https://shop.example.cn/")]
    [InlineData(" HTTPS://Shop.Example.CN:443/tea/?x=1#top ", "https://shop.example.cn/tea/")]
    [InlineData("http://shop.example.cn/", "http://shop.example.cn/")]
    [InlineData("https://shop.example.cn/@tea", "https://shop.example.cn/@tea")]
    [InlineData("https://例子.中国/", "https://xn--fsqu00a.xn--fiqs8s/")] // A-labels as IDNA tools and the registry (中国) write them
    [InlineData("https://ｓｈｏｐ。example。cn/", "https://shop.example.cn/")] // full-width letters and stops (RFC 5895 2)
    [InlineData("http://127.0.0.1:5084/tea", "http://127.0.0.1:5084/tea")] // named by the operator
    public void Takes_the_address_of_a_public_page(string text, string page)
    {
        Assert.True(SiteAddress.TryParse(text, SiteScope.Origin, Settings, out var parsed, out _));
        Assert.Equal(page, parsed.AbsoluteUri);
    }

    [Theory]
    [InlineData("")]
    [InlineData("shop.example.cn")]
    [InlineData("ftp://shop.example.cn/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user@shop.example.cn/")]
    [InlineData("https://user:secret@shop.example.cn/")]
    [InlineData("https://shop.example.cn@169.254.169.254/")]
    [InlineData("https://shop.example.cn:8443/")]
    [InlineData("http://shop.example.cn:443/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.0.0.1:5085/")]
    [InlineData("https://127.0.0.1:5084/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://１２７.０.０.１/")] // full-width digits
    [InlineData("http://127。0。0。1/")] // ideographic full stops
    [InlineData("http://①②⑦.0.0.1/")] // circled digits
    [InlineData("http://8.8.8.8/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[2400:da00::6666]/")]
    [InlineData("http://localhost/")]
    [InlineData("http://intranet/")]
    [InlineData("https://shop.example.cn./")]
    [InlineData("https://-shop.example.cn/")]
    [InlineData("https://shop_1.example.cn/")]
    [InlineData("https://shop.example.1/")]
    [InlineData("https://shop%2eexample.cn/")]
    public void Refuses_what_is_no_public_page(string text)
    {
        Assert.False(SiteAddress.TryParse(text, SiteScope.Origin, Settings, out _, out var refusal));
        Assert.Equal(Codes.SiteAddress, refusal.Code);
    }

    [Theory]
    [InlineData("https://shop.example.cn/", null, false)]
    [InlineData("https://例子.中国/", "例子.中国", false)]
    [InlineData("https://茶shop.example.cn/", "茶shop.example.cn", false)]
    [InlineData("https://shоp.example.cn/", null, true)] // Cyrillic о
    [InlineData("https://αpple.example.cn/", null, true)]
    [InlineData("https://ｔéa.example.cn/", null, true)]
    [InlineData("https://shop.example.cn丿tea.thief.example.cn/", null, true)] // the stroke U+4E3F, like a slash
    [InlineData("https://shop丨tea.example.cn/", null, true)] // the stroke U+4E28, like a bar
    [InlineData("https://一号店.中国/", "一号店.中国", false)]
    [InlineData("https://エ場.example.cn/", null, true)] // Katakana エ, like 工
    public void The_Unicode_form_is_shown_of_Chinese_names_alone(string text, string? unicode, bool flagged)
    {
        Assert.True(SiteAddress.TryParse(text, SiteScope.Origin, Settings, out var page, out _));
        Assert.Equal((unicode, flagged), (SiteAddress.Unicode(page), SiteAddress.MayLookLikeAnother(page)));
    }
}
