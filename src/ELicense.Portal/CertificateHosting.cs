using ELicense.Core;
using ELicense.Verification.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Portal;

/// <summary>Has the certificates of each publication read as the log grows, for as long as the application lives: only the portal looks them up by their holder.</summary>
internal static partial class CertificateHosting
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitAfterTrouble = TimeSpan.FromSeconds(30);

    public static void Add(IServiceCollection services, FollowedPublications publications)
    {
        foreach (var follower in publications.Followers)
            services.AddSingleton<IHostedService>(provider => new Service(follower, provider.GetRequiredService<ILoggerFactory>().CreateLogger("ELicense.Portal")));
    }

    private sealed partial class Service(PublicationFollower follower, ILogger log) : BackgroundService
    {
        private string? _said;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                while (true)
                {
                    var trouble = await follower.ReadCertificatesAsync(stoppingToken);
                    Tell(trouble);
                    await Task.Delay(trouble is null ? LookEvery : WaitAfterTrouble, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The end that was asked for.
            }
        }

        /// <summary>Once for each code, not each time.</summary>
        private void Tell(Refusal? trouble)
        {
            if (trouble is { } why && why.Code != _said)
                Troubled(log, follower.Name, why.Detail, why.Code);
            _said = trouble?.Code;
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "Publication {Publication}: not all certificates are found by credit code: {Detail} [{Code}]")]
        private static partial void Troubled(ILogger log, string publication, string detail, string code);
    }
}
