using ELicense.Cryptography.Certificates.RevocationLists;

namespace ELicense.Cli.Hosting;

/// <summary>The CRLs of the enterprise CAs (docs/certificates.md).</summary>
/// <param name="PeriodHours">How long a list is good.</param>
/// <param name="OverlapHours">How long before its end the next one is there.</param>
/// <param name="TransportHours">The longest time from signing to the last reader.</param>
internal sealed record RevocationListConfiguration(int PeriodHours = 168, int OverlapHours = 48, int TransportHours = 24)
{
    public RevocationListPeriods ToPeriods() => RevocationListPeriods.TryMake(
        TimeSpan.FromHours(PeriodHours), TimeSpan.FromHours(OverlapHours), TimeSpan.FromHours(TransportHours), RevocationListPeriods.LongestPeriod, out var periods, out var refusal)
        ? periods
        : throw new CommandException(refusal.Code, $"revocationLists: {refusal.Detail}", ExitCodes.Usage);
}
