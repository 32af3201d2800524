using ELicense.Verification.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Web.Http;

/// <summary>Runs a publication follower for as long as the application lives, and tells in the log what it refuses, what grows old, and when all is well again.</summary>
public static partial class FollowerHosting
{
    /// <summary>A follower that two roles of one application share is run once; it is owned, and disposed of, by the host.</summary>
    public static void Add(IServiceCollection services, FollowedPublications publications)
    {
        foreach (var follower in publications.Followers)
            Add(services, follower);
    }

    private static void Add(IServiceCollection services, PublicationFollower follower)
    {
        if (services.Any(s => s.ServiceType == typeof(Running) && ReferenceEquals(((Running)s.ImplementationInstance!).Follower, follower)))
            return;
        services.AddSingleton(new Running(follower));
        services.TryAddSingleton<FollowerMetrics>();
        services.AddSingleton<IHostedService>(provider => new Service(
            follower, provider.GetRequiredService<FollowerMetrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("ELicense.Follower")));
    }

    private sealed record Running(PublicationFollower Follower);

    private sealed partial class Service(PublicationFollower follower, FollowerMetrics metrics, TimeProvider clock, ILogger log) : BackgroundService
    {
        private string? _said;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            metrics.Add(follower);
            try
            {
                await follower.RunAsync(Tell, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The end that was asked for.
            }
        }

        /// <summary>Once for each code, not once a round.</summary>
        private void Tell(FollowResult result)
        {
            metrics.Count(follower, result);
            var trouble = result.Refusal ?? follower.View?.Ageing(clock.GetUtcNow());
            if (trouble?.Code == _said)
                return;
            _said = trouble?.Code;
            if (trouble is { } why)
                Troubled(log, follower.Name, why.Detail, why.Code);
            else
                Well(log, follower.Name, result.LogSize);
        }

        [LoggerMessage(Level = LogLevel.Error, Message = "Publication {Publication}: {Detail} [{Code}]")]
        private static partial void Troubled(ILogger log, string publication, string detail, string code);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Publication {Publication}: well again, at log size {LogSize}.")]
        private static partial void Well(ILogger log, string publication, long logSize);
    }
}
