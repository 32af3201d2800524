namespace ELicense.Issuance.Matters;

/// <summary>What a matter asks for; numbers are stored.</summary>
public enum MatterType
{
    /// <summary>发照</summary>
    Issuance = 1,

    /// <summary>冻结</summary>
    Suspension = 2,

    /// <summary>解冻</summary>
    Resumption = 3,

    /// <summary>吊销</summary>
    Revocation = 4,

    /// <summary>注销</summary>
    Cancellation = 5,

    /// <summary>变更: a new version with a new face takes the place of the newest one.</summary>
    Amendment = 6,

    /// <summary>换发: a new version with the same face, and the same or a longer term.</summary>
    Renewal = 7,

    /// <summary>年报</summary>
    AnnualReport = 8,

    /// <summary>挂失: of a certificate, in force when it is submitted; lapses unless a second officer confirms it.</summary>
    LossReport = 9,

    /// <summary>补领, of a certificate.</summary>
    Replacement = 10,
}

/// <summary>Which types go which way.</summary>
public static class MatterTypes
{
    /// <summary>Whether it ends in a license version that the license key signs.</summary>
    public static bool MakesAVersion(this MatterType type) => type is MatterType.Issuance or MatterType.Amendment or MatterType.Renewal;
}
