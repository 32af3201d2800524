using ELicense.Core;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>The address of a page that is registered alone. Spellings by RFC 3986 6.2.2.</summary>
public sealed class SitePathTests
{
    [Theory]
    [InlineData("https://mall.example.cn/shop/88", "/shop/88")]
    [InlineData(" HTTPS://Mall.Example.CN:443/Shop/88 ", "/Shop/88")] // a path has capital and small letters
    [InlineData("https://mall.example.cn/shop/88/", "/shop/88/")]
    [InlineData("https://mall.example.cn/%7etea%2D1", "/~tea-1")]
    [InlineData("https://mall.example.cn/茶铺", "/%E8%8C%B6%E9%93%BA")] // UTF-8 of 茶 and 铺
    [InlineData("https://mall.example.cn/%e8%8c%b6%e9%93%ba", "/%E8%8C%B6%E9%93%BA")]
    [InlineData("https://mall.example.cn/@tea/a,b=c&d'(1)!$*+:~", "/@tea/a,b=c&d'(1)!$*+:~")]
    public void Has_one_spelling(string text, string path)
    {
        Assert.True(SiteAddress.TryParse(text, SiteScope.Page, new SiteSettings(), out var page, out var refusal), refusal.ToString());
        Assert.Equal("https://mall.example.cn" + path, page.AbsoluteUri);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/shop?id=88")]
    [InlineData("/shop/88?")]
    [InlineData("/shop/88#top")]
    [InlineData("?id=88")]
    [InlineData("/shop/../88")]
    [InlineData("/shop/./88")]
    [InlineData("/shop/88/..")]
    [InlineData("/shop/%2e%2E/88")]
    [InlineData("//shop.example.cn/88")]
    [InlineData("/shop//88")]
    [InlineData("/shop\\88")]
    [InlineData("\\shop")]
    [InlineData("/shop%2f88")]
    [InlineData("/shop%5c88")]
    [InlineData("/shop%2588")] // an encoded %
    [InlineData("/shop%00")]
    [InlineData("/shop%3Cscript%3E")]
    [InlineData("/shop<script>")]
    [InlineData("/shop\"onload=x")]
    [InlineData("/shop/8 8")]
    [InlineData("/shop/8\t8")]
    [InlineData("/shop;jsessionid=1")]
    [InlineData("/shop|88")]
    [InlineData("/shop%")]
    [InlineData("/shop%8")]
    [InlineData("/shop%zz")]
    [InlineData("/shop%ff")] // no UTF-8
    [InlineData("/shop%c0%af")] // a slash in too many octets
    [InlineData("/shop%ed%a0%80")] // half of a surrogate pair
    [InlineData("/shop\u200B88")] // zero width space
    [InlineData("/shop%e2%80%ae88")] // right-to-left override
    [InlineData("/shop\u00A088")] // no-break space
    [InlineData("/shop\uE000")] // private use
    public void Refuses_what_is_no_page_or_could_be_taken_for_another(string path)
    {
        Assert.False(SiteAddress.TryParse("https://mall.example.cn" + path, SiteScope.Page, new SiteSettings(), out var page, out var refusal));
        Assert.Equal((Codes.SiteAddress, null), (refusal.Code, page));
    }

    [Fact]
    public void Has_256_characters_at_most()
    {
        Assert.True(SitePath.TryParse("/" + new string('a', 255), out _));
        Assert.False(SitePath.TryParse("/" + new string('a', 256), out _));
        Assert.False(SitePath.TryParse("/" + new string('茶', 29), out _)); // 262 when encoded
    }

    [Theory]
    [InlineData("/shop/88", "/shop/88")]
    [InlineData("/%E8%8C%B6%E9%93%BA/88", "/茶铺/88")]
    [InlineData("/sh%D0%BEp/88", "/sh%D0%BEp/88")] // Cyrillic о
    [InlineData("/%E2%81%84shop", "/%E2%81%84shop")] // fraction slash
    [InlineData("/shop%E4%B8%BF88", "/shop%E4%B8%BF88")] // 丿, which passes for a slash
    public void Is_read_in_Chinese_and_never_in_letters_that_look_like_others(string path, string read) => Assert.Equal(read, SitePath.Readable(path));
}
