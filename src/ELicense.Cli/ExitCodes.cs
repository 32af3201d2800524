using ELicense.Verification.Verdicts;

namespace ELicense.Cli;

/// <summary>Exit codes of the contract.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Finding = 10;
    public const int StatusNotEstablished = 15;

    public static int For(VerdictValue verdict) => verdict switch
    {
        VerdictValue.Valid => Done,
        VerdictValue.Invalid => 10,
        VerdictValue.Revoked or VerdictValue.Cancelled => 11,
        VerdictValue.Suspended => 12,
        VerdictValue.Expired or VerdictValue.NotYetValid => 13,
        VerdictValue.Superseded => 14,
        _ => StatusNotEstablished,
    };
}
