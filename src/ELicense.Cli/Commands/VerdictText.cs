using System.Globalization;
using System.Text.Json;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary>A verdict for a person at a terminal: sign, word, sentence; then as of when, who, and each check.</summary>
internal static class VerdictText
{
    public static void Write(TextWriter to, Verdict verdict)
    {
        var (sign, chinese, english) = Words(verdict.Value);
        to.WriteLine($"{sign} {chinese}  {english}");
        if (verdict.Token is { } token)
        {
            to.WriteLine($"  {token.Name}  {token.CreditCode}");
            to.WriteLine($"  执照编号 license {token.Number}, 版本 version {token.Version}");
        }

        if (verdict.Status?.AsOf is { } asOf)
            to.WriteLine($"  状态截至 standing as of {asOf.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}, 日志 log size {verdict.Status.LogSize}");
        foreach (var check in verdict.Checks)
        {
            var mark = check.Result switch { CheckResult.Pass => "✓", CheckResult.Fail => "✕", _ => "–" };
            to.WriteLine($"  {mark} {JsonNamingPolicy.KebabCaseLower.ConvertName(check.Name.ToString()),-10} {check.Code,-18} {check.Detail}".TrimEnd());
        }
    }

    private static (string Sign, string Chinese, string English) Words(VerdictValue value) => value switch
    {
        VerdictValue.Valid => ("✓", "有效 · 该营业执照真实有效", "Valid: this license is genuine and in good standing"),
        VerdictValue.Suspended => ("‖", "已冻结 · 暂停使用", "Suspended"),
        VerdictValue.Revoked => ("✕", "已吊销", "Revoked"),
        VerdictValue.Cancelled => ("✕", "已注销", "Cancelled"),
        VerdictValue.Superseded => ("↻", "已变更 · 请查看新版本", "Superseded: see the newer version"),
        VerdictValue.Expired or VerdictValue.NotYetValid => ("◷", "不在有效期内", "Outside its period"),
        VerdictValue.Invalid => ("!", "不是真实的营业执照", "Not a genuine license"),
        _ => ("?", "暂时无法确认", "Cannot be confirmed now"),
    };
}
