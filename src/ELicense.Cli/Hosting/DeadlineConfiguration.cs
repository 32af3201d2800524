using System.Text.Json;
using ELicense.Authority;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Matters;

namespace ELicense.Cli.Hosting;

/// <summary>Time limits of matters (docs/deadlines.md).</summary>
/// <param name="Limits">Working days by type of matter; null: no limit. A type that is not named keeps its default.</param>
/// <param name="YellowPercent">Share of the limit from which on a matter is yellow.</param>
/// <param name="DaysOff">Public holidays (节假日).</param>
/// <param name="WorkedDays">Saturdays and Sundays that are worked instead (调休上班日).</param>
internal sealed record DeadlineConfiguration(
    IReadOnlyDictionary<string, int?>? Limits = null, int? YellowPercent = null, IReadOnlyList<DateOnly>? DaysOff = null, IReadOnlyList<DateOnly>? WorkedDays = null)
{
    /// <exception cref="JsonException">An unknown type, or settings that contradict each other.</exception>
    public DeadlineSettings ToSettings()
    {
        var byDefault = new DeadlineSettings();
        var limits = new Dictionary<MatterType, int>(byDefault.Limits);
        foreach (var (name, days) in Limits ?? new Dictionary<string, int?>())
        {
            if (!MatterNames.TryType(name, out var type))
                throw new JsonException($"deadlines.limits: {name} is none of {string.Join(", ", MatterNames.Types)}.");
            if (days is { } limit)
                limits[type] = limit;
            else
                limits.Remove(type);
        }

        var settings = byDefault with
        {
            Limits = limits,
            YellowPercent = YellowPercent ?? byDefault.YellowPercent,
            DaysOff = DaysOff?.ToHashSet() ?? [],
            WorkedDays = WorkedDays?.ToHashSet() ?? [],
        };
        return settings.Fault() is { } fault ? throw new JsonException($"deadlines: {fault}") : settings;
    }
}
