using ELicense.Core;
using ELicense.Issuance.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Authority;

/// <summary>What is approved and waits, for a token that was away or a process that died, is carried out without anybody's hand.</summary>
internal sealed partial class PendingMatters(AuthorityRoleOptions authority, ILogger<PendingMatters> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(authority.FinishPendingEvery, authority.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Finish();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    private void Finish()
    {
        try
        {
            authority.Licensing.FinishPending(result =>
            {
                if (result.Refusal is { } why)
                    Waits(logger, result.MatterId, why.Code, why.Detail);
            });
        }
        catch (RegisterUnavailableException e)
        {
            Waits(logger, 0, Codes.RegisterUnavailable, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Matter {Matter} is not carried out: {Code}, {Detail}")]
    private static partial void Waits(ILogger logger, long matter, string code, string detail);
}
