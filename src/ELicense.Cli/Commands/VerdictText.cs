using System.Globalization;
using System.Text.Json;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary>A verdict for a person at a terminal: sign, word, sentence; then as of when, who, and each check.</summary>
internal static class VerdictText
{
    public static void Write(TextWriter to, Verdict verdict)
    {
        var (sign, chinese, english) = verdict.Certificate is null ? Words(verdict.Value) : WordsOfCertificate(verdict.Value);
        to.WriteLine($"{sign} {chinese}  {english}");
        if (verdict.Token is { } token)
        {
            to.WriteLine($"  {token.Name}  {token.CreditCode}");
            to.WriteLine($"  执照编号 license {token.Number}, 版本 version {token.Version}");
        }

        if (verdict.Certificate is { } certificate)
        {
            to.WriteLine($"  {certificate.Name}  {certificate.CreditCode}");
            to.WriteLine($"  证书序列号 serial number {certificate.Serial}");
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

    private static (string Sign, string Chinese, string English) WordsOfCertificate(VerdictValue value) => value switch
    {
        VerdictValue.Valid => ("✓", "有效 · 该企业证书真实有效", "Valid: this certificate is genuine and in good standing"),
        VerdictValue.Suspended => ("‖", "已挂失 · 暂停使用", "On hold"),
        VerdictValue.Revoked => ("✕", "已撤销", "Revoked"),
        VerdictValue.Superseded => ("↻", "已补领", "Replaced by a newer certificate"),
        VerdictValue.Invalid => ("!", "不是真实的企业证书", "Not a genuine certificate"),
        _ => Words(value),
    };
}
