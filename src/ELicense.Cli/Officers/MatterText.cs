using System.Globalization;
using ELicense.Authority;

namespace ELicense.Cli.Officers;

/// <summary>One matter for a person at a terminal.</summary>
internal static class MatterText
{
    public static void Write(TextWriter to, ApplicationDocument matter)
    {
        to.WriteLine($"申请 application {matter.Id}  {Type(matter.Type)}  {State(matter)}");
        to.WriteLine($"  受理 applied for by       {matter.Applicant}, {Minute(matter.AppliedAt)}");
        if (matter.Approver is { } approver)
            to.WriteLine($"  核准 approved by          {approver}, {Minute(matter.ApprovedAt!.Value)}");
        if (matter.LicenseNumber is { } license)
            to.WriteLine($"  执照编号 license          {license}{(matter.Version is { } version ? $", 版本 version {version}" : "")}");
        if (matter.Enterprise is { } face)
            to.WriteLine($"  企业 enterprise           {face.Name}  {face.Uscc}");
        if (matter.Certificate is { } certificate)
            to.WriteLine($"  证书 certificate          {certificate.Serial}");
        if (matter.Reason is { } reason)
            to.WriteLine($"  事由 reason               {reason}");
        if (matter.Refusal is { } refusal)
            to.WriteLine($"  ✕ {refusal.Detail} [{refusal.Code}]");
        to.WriteLine($"  内容摘要 content hash     {matter.ContentHash}");
    }

    private static string Type(string type) => type switch
    {
        "issuance" => "设立 issuance",
        "suspension" => "冻结 suspension",
        "resumption" => "解冻 resumption",
        "revocation" => "吊销 revocation",
        "cancellation" => "注销 cancellation",
        "amendment" => "变更 amendment",
        "renewal" => "换发 renewal",
        "annual-report" => "年报 annual report",
        "loss-report" => "挂失 loss report",
        "replacement" => "补领 replacement",
        _ => type,
    };

    // A loss report does not wait for anybody.
    private static string State(ApplicationDocument matter) => matter.State switch
    {
        "applied" when matter.Type == "loss-report" => "已生效，待确认 in force, waits for confirmation",
        "applied" => "待核准 waits for approval",
        "approved" => "已核准 approved",
        "done" => "已办结 done",
        "refused" => "未办成 refused",
        "lapsed" => "已失效 lapsed",
        var other => other,
    };

    private static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
