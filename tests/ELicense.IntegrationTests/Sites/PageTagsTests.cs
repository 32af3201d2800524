using System.Diagnostics;
using System.Text;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>What counts as a meta element of the head, by the HTML Living Standard; Chromium says the same of every row, but where the row says so.</summary>
public sealed class PageTagsTests
{
    [Theory]
    [InlineData("<!doctype html><html><head><meta name=proof content=here></head>")]
    [InlineData("<META NAME='proof' CONTENT='here'>")]
    [InlineData("<meta content = \"here\" name = \"proof\" />")]
    [InlineData("<meta name=proof content=he&#114;e>")]
    [InlineData("<meta name=proof content=here content=there>")]
    [InlineData("\u00EF\u00BB\u00BF<!doctype html>\n<html lang=zh>\n<title><p></title><script>if (a < b) '<p>'</script><style>p > a {}</style><meta name=proof content=here>")]
    [InlineData("<!-- <p> --><meta name=proof content=here>")]
    [InlineData("<!--><meta name=proof content=here>")]
    [InlineData("<!---><meta name=proof content=here>")]
    [InlineData("<!-- --!><meta name=proof content=here>")]
    [InlineData("<!-- a -- b ---><meta name=proof content=here>")]
    [InlineData("<?xml version='1.0'?><meta name=proof content=here>")]
    [InlineData("<template><p></template><meta name=proof content=here>")]
    public void Finds_what_is_in_the_head(string page) => Assert.Equal("here", Proof(page));

    [Theory]
    [InlineData("<body><meta name=proof content=here>")]
    [InlineData("<p></p><meta name=proof content=here>")]
    [InlineData("text<meta name=proof content=here>")]
    [InlineData("< <meta name=proof content=here>")]
    [InlineData("<head></head><body><div><meta name=proof content=here>")]
    [InlineData("<head></head><meta name=proof content=here>")] // browsers still take this into the head (13.2.6.4.6); we do not
    [InlineData("<!-- <meta name=proof content=here> -->")]
    [InlineData("<!-- <meta name=proof content=here>")]
    [InlineData("<script><meta name=proof content=here></script>")]
    [InlineData("<script></scriptx><meta name=proof content=here></script>")]
    [InlineData("<title><meta name=proof content=here></title>")]
    [InlineData("<textarea><meta name=proof content=here></textarea>")]
    [InlineData("<noscript><meta name=proof content=here></noscript>")] // in the head for browsers without scripts
    [InlineData("<template><meta name=proof content=here></template>")]
    [InlineData("<template><template></template><meta name=proof content=here></template>")]
    [InlineData("<plaintext><meta name=proof content=here>")]
    [InlineData("<link title=\"<meta name=proof content=here>\">")]
    [InlineData("<meta name=proof content=here")]
    [InlineData("<meta name=proof content='here>")]
    [InlineData("<metaname=proof content=here>")]
    public void Finds_nothing_else(string page) => Assert.Null(Proof(page));

    [Fact]
    public void A_page_of_a_megabyte_is_read_in_time_linear_in_it()
    {
        foreach (var piece in (string[])["<a ", "<!--", "<!-- -- ", "<a b='", "</", "<div>", "<script></scrip", "<a b=c d", "<template>", "&lt;", "<a x=&#"])
        {
            var page = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 1024 * 1024 / piece.Length)));
            var begun = Stopwatch.GetTimestamp();
            Assert.InRange(PageTags.Read(page).Count(), 0, page.Length);
            // Some milliseconds; what is quadratic takes hours.
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), piece);
        }
    }

    private static string? Proof(string page) => PageTags.Read(Encoding.Latin1.GetBytes(page))
        .Where(tag => tag is { Name: "meta", IsInHead: true } && tag.Attributes.GetValueOrDefault("name") == "proof").Select(tag => tag.Attributes["content"]).SingleOrDefault();
}
