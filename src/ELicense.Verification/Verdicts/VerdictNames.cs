using ELicense.Core.Licenses;

namespace ELicense.Verification.Verdicts;

/// <summary>The contract's words for verdicts, checks and standings.</summary>
public static class VerdictNames
{
    public static string ApiName(this VerdictValue value) => value switch
    {
        VerdictValue.Valid => "valid",
        VerdictValue.Invalid => "invalid",
        VerdictValue.Revoked => "revoked",
        VerdictValue.Cancelled => "cancelled",
        VerdictValue.Suspended => "suspended",
        VerdictValue.Superseded => "superseded",
        VerdictValue.Expired => "expired",
        VerdictValue.NotYetValid => "not-yet-valid",
        VerdictValue.Stale => "stale",
        VerdictValue.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, message: null),
    };

    public static string ApiName(this CheckName name) => name switch
    {
        CheckName.Integrity => "integrity",
        CheckName.Issuer => "issuer",
        CheckName.Logged => "logged",
        CheckName.Period => "period",
        CheckName.Status => "status",
        CheckName.Holder => "holder",
        CheckName.Origin => "origin",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
    };

    public static string ApiName(this CheckResult result) => result switch
    {
        CheckResult.Pass => "pass",
        CheckResult.Fail => "fail",
        CheckResult.NotChecked => "not-checked",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, message: null),
    };

    public static string ApiName(this Standing standing) => standing switch
    {
        Standing.Valid => "valid",
        Standing.Revoked => "revoked",
        Standing.Suspended => "suspended",
        Standing.Superseded => "superseded",
        Standing.Cancelled => "cancelled",
        Standing.NotIssued => "not-issued",
        _ => throw new ArgumentOutOfRangeException(nameof(standing), standing, message: null),
    };
}
