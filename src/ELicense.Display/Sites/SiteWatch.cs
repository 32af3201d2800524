using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Display.Sites;

/// <summary>
/// The watch of badges (亮照监测): looks at every site in use once a day, a few at a time and one at a time from a host; asks more rarely while a site fails. Where it stands is in the store, so that
/// a process that ends loses nothing, and several over one store share the work. Also keeps the counts of pictures.
/// </summary>
internal sealed partial class SiteWatch(SiteRegistry sites, DisplayOptions options, BadgeSigning signing, BadgeViews views, ILogger<SiteWatch> log) : BackgroundService
{
    private const int MostAtOnce = 4;
    private const int MostInARound = 64;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMinutes(1);

    /// <summary>A look that was cut off comes again after this.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromHours(1);

    /// <returns>Sites that were looked at.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        views.Flush();
        var looked = 0;
        var due = options.Badges.Due(options.Clock.GetUtcNow(), MostInARound);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellation }, async (site, either) =>
        {
            var now = options.Clock.GetUtcNow();
            if (!options.Badges.TryClaim(site, now, now + LongestLook))
                return;
            try
            {
                await sites.LookAgainAsync(site, await StatementAsync(site, either), either);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // Whatever one site brings about, the others have their looks.
                LookFailed(log, site.Badge.Id, failed);
                return;
            }

            Interlocked.Increment(ref looked);
        });
        return looked;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(BetweenRounds, options.Clock);
        try
        {
            do
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception failed) when (failed is not OperationCanceledException)
                {
                    // A full disk, for one: the next round begins where this one stood, and badges are served meanwhile.
                    RoundFailed(log, failed);
                }
            }
            while (await rounds.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        views.Flush();
    }

    /// <summary>Null while there is no publication to ask.</summary>
    private async Task<bool?> StatementAsync(Site site, CancellationToken cancellation)
    {
        if (!JudgedBadge.TryFind(site.Badge.Id, options, options.Publications.Views, out var judged, out _))
            return null;
        return await signing.SignAsync(judged, cancellation) is not null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The look at the site of badge {Badge} failed; it comes again.")]
    private static partial void LookFailed(ILogger log, string badge, Exception failed);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the watch of badges failed.")]
    private static partial void RoundFailed(ILogger log, Exception failed);
}
