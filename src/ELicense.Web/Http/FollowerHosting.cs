using ELicense.Verification.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ELicense.Web.Http;

/// <summary>Runs a publication follower for as long as the application lives.</summary>
public static class FollowerHosting
{
    /// <summary>A follower that two roles of one application share is run once; it is owned, and disposed of, by the host.</summary>
    public static void Add(IServiceCollection services, PublicationFollower follower)
    {
        if (services.Any(s => s.ServiceType == typeof(Running) && ReferenceEquals(((Running)s.ImplementationInstance!).Follower, follower)))
            return;
        services.AddSingleton(new Running(follower));
        services.AddSingleton<IHostedService>(_ => new Service(follower));
    }

    private sealed record Running(PublicationFollower Follower);

    private sealed class Service(PublicationFollower follower) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await follower.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The end that was asked for.
            }
        }
    }
}
