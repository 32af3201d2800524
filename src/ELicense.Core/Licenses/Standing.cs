namespace ELicense.Core.Licenses;

/// <summary>Standing of a license version or certificate; the number is its value in status lists and log entries.</summary>
public enum Standing
{
    Valid = 0,

    /// <summary>吊销</summary>
    Revoked = 1,

    /// <summary>冻结</summary>
    Suspended = 2,

    /// <summary>变更, 换发</summary>
    Superseded = 3,

    /// <summary>注销</summary>
    Cancelled = 12,

    NotIssued = 15,
}
