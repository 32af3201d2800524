using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Licenses;

/// <summary>A version of a license and its standing.</summary>
internal sealed record LicenseVersion(long StatusIndex, int Version, CreditCode CreditCode, Standing Standing, Standing BeforeSuspension);

/// <summary>Reads the versions of a license.</summary>
internal static class LicenseVersions
{
    /// <returns>All logged versions, oldest first; none for an unknown serial.</returns>
    public static IReadOnlyList<LicenseVersion> Find(RegisterTransaction transaction, long serial)
    {
        using var find = new BulkStatement(
            transaction,
            """
            SELECT p.status_index, p.version, l.credit_code, s.standing, s.before_suspension
            FROM licenses l JOIN prepared_licenses p ON p.serial = l.serial JOIN standings s ON s.status_index = p.status_index
            WHERE l.serial = @serial ORDER BY p.version
            """,
            "serial");
        return find.List(
            reader => CreditCode.TryParse(reader.GetString(2), out var code, out var refusal)
                ? new LicenseVersion(reader.GetInt64(0), (int)reader.GetInt64(1), code, (Standing)reader.GetInt64(3), (Standing)reader.GetInt64(4))
                : throw new InvalidDataException($"License {serial}: {refusal}"),
            serial);
    }
}

/// <summary>What a suspension, resumption, revocation or cancellation does: every version moves, or none.</summary>
internal sealed record StandingChange(IReadOnlyList<StandingStep> Steps)
{
    /// <summary>Codes: not-found, version-moved, transition-refused.</summary>
    public static bool TryPlan(
        StandingContent change, int authority, IReadOnlyList<LicenseVersion> versions, [NotNullWhen(true)] out StandingChange? planned, out Refusal refusal)
    {
        planned = null;
        refusal = default;
        if (change.Number.Authority != authority || versions.Count == 0)
        {
            refusal = new Refusal(Codes.NotFound, $"There is no license {change.Number}.");
            return false;
        }

        if (versions[^1].Version != change.ExpectedVersion)
        {
            refusal = new Refusal(Codes.VersionMoved, $"License {change.Number} has version {versions[^1].Version}, not {change.ExpectedVersion}.");
            return false;
        }

        var steps = new List<StandingStep>(versions.Count);
        foreach (var version in versions)
        {
            if (!StandingMachine.TryApply(version.Standing, change.Event, version.BeforeSuspension, out var to, out refusal))
                return false;
            steps.Add(new StandingStep(version, to, change.Reason));
        }
        planned = new StandingChange(steps);
        return true;
    }
}

/// <summary>One version's move.</summary>
internal sealed record StandingStep(LicenseVersion Version, Standing To, int Reason)
{
    /// <summary>To what a later resumption returns.</summary>
    public Standing BeforeSuspension => To == Standing.Suspended ? Version.Standing : To;

    public LogEntry ToEntry(long timeMs)
    {
        var (list, index) = Math.DivRem(Version.StatusIndex, StatusList.LicenseListLength);
        return new LogEntry(LogEntryKind.LicenseStatus, timeMs, new EnterpriseSubject(Version.CreditCode), (int)list, (int)index, To, Reason, null);
    }
}
