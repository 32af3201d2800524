using System.Text;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>Every state's page: honest, without barriers, in both languages, in either direction of writing.</summary>
public sealed class StatePagesTests(EveryState states) : IClassFixture<EveryState>
{
    /// <summary>State, and what its page says in Chinese and in English.</summary>
    public static TheoryData<string, string, string> States => new()
    {
        { "verify", "核验电子营业执照", "Verify a business license" },
        { "refused", "“@”之后", "stands after it" },
        { "valid", "该营业执照真实有效", "genuine and in good standing" },
        { "license", "执照二维码", "QR code of this license" },
        { "suspended", "暂停使用", "may not be used for the time being" },
        { "revoked", "已被登记机关吊销", "has revoked this license" },
        { "cancelled", "企业已注销登记", "has been deregistered" },
        { "superseded", "查看新版本（第 2 版）", "See the newer version (version 2)" },
        { "expired", "营业期限已经届满", "The term of this license has ended" },
        { "stale", "最近一次公布的数据已经过时", "The published data is out of date" },
        { "unknown", "没有找到这份执照", "License not found" },
        { "not-genuine", "内容被改动过，或者签名是伪造的", "it was altered, or the signature is forged" },
        { "foreign", "gs-example.cn", "gs-example.cn" },
        { "unconfirmed-site", "域名也可能已经换了主人", "its address may have another owner" },
        { "presented", "由持照企业现场出示", "Presented just now by the enterprise" },
        { "presented-over", "出示已过期", "This presentation is over" },
        { "presented-elsewhere", "https://bank.example.cn", "This presentation is not for you" },
        { "offline", "没有网络", "no network" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task Is_honest_and_without_barriers(string state, string chinese, string english)
    {
        var page = await states.Street.ReaderAsync(scripts: true, width: 390, height: 844);
        await page.GotoAsync(states.Address(state));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(chinese);
        await Barriers.AssertNoneAsync(page);
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        // WCAG 2.5.5: what is pressed is at least 44 px high, but for links within a sentence.
        Assert.Empty(await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, summary, input[type=file], .actions a, header a, .button')]
              .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)
            """));

        // Written from right to left, with texts half as long again: nothing sticks out, and what has a side is on the other one.
        await page.EvaluateAsync("""
            () => {
              document.documentElement.dir = 'rtl';
              const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) if (walker.currentNode.data.trim() && !walker.currentNode.parentElement.closest('code, dd, .credit-code, .site-name, script'))
                walker.currentNode.data = 'ئۇيغۇرچە '.repeat(Math.ceil(walker.currentNode.data.trim().length * 1.5 / 9));
            }
            """);
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (await page.Locator(".banner").CountAsync() > 0)
            Assert.Equal("6px 0px", await page.Locator(".banner").EvaluateAsync<string>("b => `${getComputedStyle(b).borderRightWidth} ${getComputedStyle(b).borderLeftWidth}`"));
        if (await page.Locator(".credit-code span").CountAsync() > 1)
            Assert.True(await page.Locator(".credit-code").First.EvaluateAsync<bool>("c => c.children[0].getBoundingClientRect().left < c.children[1].getBoundingClientRect().left"));

        var address = states.Address(state).Replace("/offline/zh", "/offline/en", StringComparison.Ordinal);
        await page.GotoAsync(address + (address.Contains('?', StringComparison.Ordinal) ? "&lang=en" : "?lang=en"));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(english);
        Assert.Equal("en ltr", await page.EvaluateAsync<string>("`${document.documentElement.lang} ${document.documentElement.dir}`"));
        Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", await Barriers.WordsAsync(page));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_license_prints_on_one_sheet_of_A4_without_what_is_for_the_screen()
    {
        var page = await states.Street.ReaderAsync(scripts: true);
        await page.GotoAsync(states.Address("license"));
        var printed = Encoding.Latin1.GetString(await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true }));
        // PDF 1.7 7.7.3: the tree of pages counts them.
        Assert.Contains("/Count 1", printed, StringComparison.Ordinal);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (var onScreen in (string[])["a.language", ".actions", "#kept"])
            await Assertions.Expect(page.Locator(onScreen).First).ToBeHiddenAsync();
    }
}
