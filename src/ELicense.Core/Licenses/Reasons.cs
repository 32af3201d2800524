namespace ELicense.Core.Licenses;

/// <summary>One published ground for a change of standing.</summary>
/// <param name="Number">In log entries; 0 is "none stated".</param>
/// <param name="Code">For programs; never changed, never translated.</param>
public sealed record Reason(int Number, string Code, StandingEvent For, string Chinese, string English);

/// <summary>The published table of reasons (docs/formats.md, Reasons). A number or code once published keeps its meaning; new ones are added.</summary>
public static class Reasons
{
    public static IReadOnlyList<Reason> All { get; } =
    [
        // 冻结
        new(10, "judicial-order", StandingEvent.Suspend, "人民法院或其他机关依法要求协助执行", "Order of a court or another competent body"),
        new(11, "suspected-false-registration", StandingEvent.Suspend, "涉嫌提交虚假材料或者冒名登记，正在调查", "Under investigation for false or impersonated registration"),
        new(12, "under-investigation", StandingEvent.Suspend, "涉嫌违法，正在调查", "Under investigation for another breach of law"),
        new(13, "identity-misuse", StandingEvent.Suspend, "电子营业执照疑似被冒用", "The electronic license is suspected to be misused"),

        // 解冻
        new(20, "judicial-order-lifted", StandingEvent.Resume, "协助执行要求已解除", "The order has been lifted"),
        new(21, "investigation-closed", StandingEvent.Resume, "调查终结，恢复正常", "The investigation is closed"),
        new(22, "suspension-in-error", StandingEvent.Resume, "冻结有误，予以纠正", "The suspension was an error"),

        // 变更, 换发
        new(30, "amendment", StandingEvent.Supersede, "变更登记", "Amendment of the registration"),
        new(31, "renewal", StandingEvent.Supersede, "换发营业执照", "Renewal of the license"),
        new(32, "correction", StandingEvent.Supersede, "更正登记事项", "Correction of an error on the license"),

        // 吊销
        new(40, "false-registration", StandingEvent.Revoke, "提交虚假材料或者采取其他欺诈手段取得登记，情节严重", "Registered by false materials or other fraud, grave"),
        new(41, "business-not-started", StandingEvent.Revoke, "成立后无正当理由超过六个月未开业", "Not in business within six months without good reason"),
        new(42, "business-ceased", StandingEvent.Revoke, "开业后自行停业连续六个月以上", "Business ceased for six months or more"),
        new(43, "amendment-not-registered", StandingEvent.Revoke, "未按规定办理变更登记，情节严重", "Amendments not registered, grave"),
        new(44, "license-misused", StandingEvent.Revoke, "伪造、涂改、出租、出借、转让营业执照，情节严重", "License forged, altered, rented, lent or transferred, grave"),
        new(45, "false-capital", StandingEvent.Revoke, "虚报注册资本，情节严重", "Registered capital falsely stated, grave"),
        new(46, "public-interest-harmed", StandingEvent.Revoke, "从事危害国家安全、社会公共利益的严重违法行为", "Grave acts against national security or the public interest"),
        new(47, "annual-report-missing", StandingEvent.Revoke, "长期未公示年度报告且无法取得联系", "No annual reports over years, and not to be reached"),
        new(59, "other-statutory-revocation", StandingEvent.Revoke, "其他法律、行政法规规定的吊销情形", "Another ground of revocation by statute"),

        // 注销
        new(60, "dissolution", StandingEvent.Cancel, "决议解散", "Dissolved by resolution"),
        new(61, "term-ended", StandingEvent.Cancel, "营业期限届满或者章程规定的解散事由出现", "Term ended, or another ground in the articles"),
        new(62, "merger-or-division", StandingEvent.Cancel, "因合并或者分立解散", "Dissolved by merger or division"),
        new(63, "bankruptcy", StandingEvent.Cancel, "被依法宣告破产", "Declared bankrupt"),
        new(64, "cancelled-after-revocation", StandingEvent.Cancel, "被吊销营业执照后注销", "Wound up after the license was revoked"),
        new(65, "registration-annulled", StandingEvent.Cancel, "设立登记被撤销", "The registration of establishment was annulled"),
        new(66, "court-dissolution", StandingEvent.Cancel, "人民法院判决解散", "Dissolved by judgment"),
        new(67, "compulsory-cancellation", StandingEvent.Cancel, "强制注销", "Compulsory cancellation"),
        new(79, "other-statutory-cancellation", StandingEvent.Cancel, "其他法律、行政法规规定的注销情形", "Another ground of cancellation by statute"),
    ];

    public static Reason? Find(int number) => All.FirstOrDefault(reason => reason.Number == number);

    public static Reason? Find(string code) => All.FirstOrDefault(reason => reason.Code == code);
}
