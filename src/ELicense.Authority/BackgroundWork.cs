using ELicense.Core;
using ELicense.Issuance.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Authority;

/// <summary>
/// What happens without anybody's hand: approved matters that wait, for a token that was away or a process that died, are carried out; loss reports that nobody confirmed
/// lapse; old answers are deleted; repeated refusals are written down.
/// </summary>
internal sealed partial class BackgroundWork(AuthorityRoleOptions authority, DoorRefusals refusals, ILogger<BackgroundWork> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(authority.WorkEvery, authority.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Try(Round);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Try(() => refusals.Close(all: true));
        }
    }

    private void Round()
    {
        authority.Licensing.FinishPending(result =>
        {
            if (result.Refusal is { } why)
                Waits(logger, result.MatterId, why.Code, why.Detail);
        });
        authority.Licensing.LapseLossReports();
        authority.AnsweredCalls.DeleteOld();
        refusals.Close();
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (RegisterUnavailableException e)
        {
            Cut(logger, Codes.RegisterUnavailable, e.Message);
        }
        catch (Exception e) when (DiskFull.Caused(e))
        {
            Cut(logger, Codes.DiskFull, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Matter {Matter} is not carried out: {Code}, {Detail}")]
    private static partial void Waits(ILogger logger, long matter, string code, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A round is cut off, and the next one tries again: {Code}, {Detail}")]
    private static partial void Cut(ILogger logger, string code, string detail);
}
