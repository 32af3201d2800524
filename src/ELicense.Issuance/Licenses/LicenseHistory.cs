using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Licenses;

/// <summary>All that the register holds of a license.</summary>
/// <param name="Versions">Oldest first.</param>
/// <param name="Events">In the order of the log; then those that the log does not have.</param>
public sealed record LicenseHistory(IReadOnlyList<LicenseVersionRecord> Versions, IReadOnlyList<LicenseEvent> Events)
{
    public LicenseVersionRecord Newest => Versions[^1];

    /// <summary>Where the newest version was applied for: the license belongs to that office.</summary>
    public int Office => Newest.Office;
}

/// <summary>A version of a license, with its standing and the office where it was applied for.</summary>
public sealed record LicenseVersionRecord(ReleasedLicense License, Standing Standing, int Office);

/// <summary>Something that a matter did to a license.</summary>
/// <param name="Version">Whose standing it set; null: it is not in the log.</param>
/// <param name="Standing">Of that version from then on.</param>
/// <param name="Reason">Number in <see cref="Reasons"/>; 0: none.</param>
/// <param name="Approver">Null: a loss report in force that nobody confirmed yet.</param>
public sealed record LicenseEvent(
    MatterType Type, DateTimeOffset At, long MatterId, string Applicant, string? Approver, int? Version, Standing? Standing, int Reason, long? LogPosition);
