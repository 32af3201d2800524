using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
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

    /// <summary>What stands on a prepared version.</summary>
    public static Face FindFace(RegisterTransaction transaction, long statusIndex)
    {
        using var find = new BulkStatement(transaction, "SELECT document FROM prepared_licenses WHERE status_index = @index", "index");
        var bytes = find.Find(reader => reader.GetFieldValue<byte[]>(0), statusIndex);
        return LicenseDocument.TryDecode(bytes, out var document, out var refusal)
            ? document.Face
            : throw new InvalidDataException($"License version {statusIndex}: {refusal}");
    }
}

/// <summary>What every change of a license begins with: the one that is meant, as its applicant saw it.</summary>
internal static class ExpectedLicense
{
    /// <param name="versions">All logged ones, oldest first.</param>
    /// <returns>not-found, version-moved, or null.</returns>
    public static Refusal? Check(LicenseNumber number, int expectedVersion, int authority, IReadOnlyList<LicenseVersion> versions)
    {
        if (number.Authority != authority || versions.Count == 0)
            return new Refusal(Codes.NotFound, $"There is no license {number}.");
        return versions[^1].Version == expectedVersion
            ? null
            : new Refusal(Codes.VersionMoved, $"License {number} has version {versions[^1].Version}, not {expectedVersion}.");
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
        if (ExpectedLicense.Check(change.Number, change.ExpectedVersion, authority, versions) is { } unexpected)
        {
            refusal = unexpected;
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
