using ELicense.Verification.Verdicts;

namespace ELicense.Web.Pages;

/// <summary>How a verdict looks everywhere: tone and sign; its words are the texts standing.NAME.word and .sentence (certificate.NAME for certificates), so that it is never colour alone.</summary>
/// <param name="Tone">good, warn, bad or grey; a CSS class.</param>
/// <param name="Path">SVG path of the sign in a box of 24 by 24, stroked.</param>
public sealed record StandingSign(string Tone, string Path)
{
    private const string Circle = "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19";

    private const string Cross = Circle + "M8.5 8.5l7 7M15.5 8.5l-7 7";
    private const string Clock = Circle + "M12 6.8v5.4l3.6 2.2";
    private const string Question = Circle + "M9.2 9.6a2.8 2.8 0 1 1 4.2 2.4c-.9.5-1.4 1.1-1.4 2.1M12 17.1v.1";

    private static readonly Dictionary<VerdictValue, StandingSign> Signs = new()
    {
        [VerdictValue.Valid] = new("good", Circle + "M7.4 12.4l3.2 3.2 6-7"),
        [VerdictValue.Suspended] = new("warn", Circle + "M9.6 8.2v7.6M14.4 8.2v7.6"),
        [VerdictValue.Revoked] = new("bad", Cross),
        [VerdictValue.Cancelled] = new("bad", Cross),
        [VerdictValue.Superseded] = new("warn", "M19.8 14.2a8.2 8.2 0 1 1-1.4-7.2M19.6 3.2v4.6h-4.6"),
        [VerdictValue.Expired] = new("warn", Clock),
        [VerdictValue.NotYetValid] = new("warn", Clock),
        [VerdictValue.Stale] = new("grey", Question),
        [VerdictValue.Unknown] = new("grey", Question),
        [VerdictValue.Invalid] = new("bad", Circle + "M12 6.6v6.6M12 17.1v.1"),
    };

    /// <summary>Which texts a verdict's words are among: those of licenses or of certificates.</summary>
    public static string Texts(Verdict verdict) => verdict.Certificate is null ? "standing" : "certificate";

    public static StandingSign Of(VerdictValue value) => Signs[value];
}
