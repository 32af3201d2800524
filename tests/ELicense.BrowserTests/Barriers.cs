using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>What keeps readers out: judged by axe, and by which words are on a page.</summary>
internal static class Barriers
{
    /// <summary>Light and dark, folded parts unfolded.</summary>
    public static async Task AssertNoneAsync(IPage page)
    {
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        foreach (var colours in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colours });
            var result = await page.RunAxe();
            Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{colours} {v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
        }
    }

    /// <summary>The page's own words: without what the register or the reader wrote, and the ways to other languages.</summary>
    public static Task<string> WordsAsync(IPage page) => page.EvaluateAsync<string>("""
        () => {
          const copy = document.body.cloneNode(true);
          copy.querySelectorAll('dd, textarea, a.language, script, main [lang=zh-CN]').forEach(e => e.remove());
          return copy.textContent + [...copy.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label')).join(' ');
        }
        """);
}
