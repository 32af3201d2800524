using ELicense.Core;
using ELicense.Verification.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Web.Delegates;

/// <summary>Runs delegates in an application.</summary>
public static class DelegateHosting
{
    /// <param name="role">For the log.</param>
    public static void Add<TSigner>(IServiceCollection services, PublicationFollower follower, DelegateCertificates<TSigner> delegates, string role)
        where TSigner : class =>
        services.AddSingleton<IHostedService>(provider =>
            new DelegateService<TSigner>(follower, delegates, role, provider.GetRequiredService<ILoggerFactory>().CreateLogger("ELicense.Delegates")));
}

/// <summary>Keeps a delegate's certificates for as long as the application lives.</summary>
/// <param name="role">For the log.</param>
internal sealed partial class DelegateService<TSigner>(PublicationFollower follower, DelegateCertificates<TSigner> delegates, string role, ILogger log) : BackgroundService
    where TSigner : class
{
    private static readonly TimeSpan WhileWaiting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileGood = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? said = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            Refusal? refusal = follower.View is { } view ? await delegates.RefreshAsync(view.Trust, stoppingToken) : new Refusal(Codes.NotReady, "There is no publication yet.");
            if (refusal is { } why && why.Code != said && why.Code is not (Codes.DelegateWaits or Codes.NotReady))
                NoDelegate(log, role, why.Detail, why.Code);
            said = refusal?.Code;
            await Task.Delay(refusal is null ? WhileGood : WhileWaiting, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delegate {Role}: {Detail} [{Code}]")]
    private static partial void NoDelegate(ILogger log, string role, string detail, string code);
}
