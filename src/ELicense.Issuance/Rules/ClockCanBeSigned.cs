using ELicense.Core;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>An entry of the log states the time: neither a clock that went back nor one that ran ahead is signed.</summary>
internal static class ClockCanBeSigned
{
    public static Refusal? Check(DateTimeOffset now, RegisterHead head, AuthoritySettings settings) =>
        ClockHasNotGoneBack.Check(now, head.LastSigned) ?? ClockHasNotRunAhead.Check(now, head.LastSigned, settings.ClockGap);
}
