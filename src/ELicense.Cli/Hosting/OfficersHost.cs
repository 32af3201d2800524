using System.Net;
using ELicense.AspNetCore.Certificates;
using ELicense.Authority;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <summary>The officers' door as a web application of its own, over HTTPS with client certificates.</summary>
internal sealed class OfficersHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OfficersHost(WebApplication app) => _app = app;

    public static async Task<OfficersHost> StartAsync(
        AuthorityZone authority, PortBlock ports, Uri publicAddress, TimeProvider clock, CancellationToken cancellation)
    {
        var hierarchy = authority.Hierarchy;
        var officersCas = hierarchy.OfficersCas;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(OfficersHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"], // no settings file is read, and watching for one costs a watch of the machine's few
        });
        builder.WebHost.UseSockets(ports.HandTo);
        IReadOnlyList<IPNetwork> proxies = authority.Door?.ForwardedFrom ?? [];
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(ports.Listen, ports.Authority, listen =>
        {
            new ConnectionCount(new Protection { Proxies = proxies }).Bound(listen);
            listen.UseHttpsWithClientCertificates(hierarchy.Door, [.. officersCas], officersCas);
        }));
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        AuthorityRole.AddServices(builder.Services, new AuthorityRoleOptions
        {
            Licensing = authority.Licensing,
            Keys = authority.Keys.InService,
            Batches = authority.Batches,
            Deadlines = authority.Deadlines,
            People = authority.People,
            PeopleChanges = authority.PeopleChanges,
            BlackList = authority.BlackList,
            BlackListChanges = authority.BlackListChanges,
            ExchangePeers = authority.ExchangePeers,
            PersonKey = authority.PersonKey,
            Filings = authority.Filings,
            AnsweredCalls = authority.AnsweredCalls,
            Trail = authority.Trail,
            ClockConfirmation = authority.ClockConfirmation,
            Offices = authority.Offices,
            PublicAddress = publicAddress,
            OfficersCas = officersCas,
            ForwardedFrom = proxies,
            Clock = clock,
        });
        var app = builder.Build();
        AuthorityRole.Map(app);
        await app.StartAsync(cancellation);
        return new OfficersHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
