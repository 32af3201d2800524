using ELicense.PublicVerification.Listings;
using ELicense.PublicVerification.Ocsp;
using ELicense.PublicVerification.Receipts;
using ELicense.Verification.Publication;
using ELicense.Verification.Receipts;
using ELicense.Web.Delegates;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ELicense.PublicVerification;

/// <summary>What the verification role needs to know.</summary>
public sealed record PublicVerificationOptions
{
    /// <summary>The publications that answers are taken from; their followers are owned by the host.</summary>
    public required FollowedPublications Publications { get; init; }

    /// <summary>Whether the application runs the followers for as long as it lives; a follower that two roles share runs once.</summary>
    public bool RunFollowers { get; init; } = true;

    /// <summary>Served read-only under /publication/; null: not served.</summary>
    public string? PublicationFolder { get; init; }

    /// <summary>Scheme, host and port that QR codes name.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>OCSP responders for enterprises' certificates, one for a publication; empty: none.</summary>
    public IReadOnlyList<OcspSettings> Ocsp { get; init; } = [];

    /// <summary>Who signs receipts, one for a publication; empty: nobody.</summary>
    public IReadOnlyList<StatementSettings> Receipts { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Protection Protection { get; init; } = new();
}

/// <summary>Public verification (验照): API, pages, publication files. Shares a web application with other roles when mapped into the same one.</summary>
public static class PublicVerificationRole
{
    public static void AddServices(IServiceCollection services, PublicVerificationOptions options)
    {
        WebFoundation.AddServices(services, options.Clock, options.Protection);
        services.AddSingleton(options);
        services.AddSingleton<VerificationMetrics>();
        services.AddSingleton<VerificationDesk>();
        services.AddSingleton<SingleVerification>();
        services.AddSingleton<KeptStatuses>();
        services.AddSingleton(provider => provider.GetRequiredService<KeptStatuses>().Route);
        services.AddOpenApi("v1", api => api.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ELicense";
            document.Info.Description = "Verification of electronic business licenses. Every error is application/problem+json with a stable code.";
            document.Info.Version = "1";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddSingleton(provider => new OcspResponders(
            [.. options.Ocsp.Select(ocsp => new OcspResponder(ocsp, options.Clock, provider.GetRequiredService<ILogger<OcspResponder>>()))]));
        foreach (var ocsp in options.Ocsp)
            DelegateHosting.Add(services, ocsp.Follower, ocsp.Delegates, OcspDelegates.Role);
        if (options.Ocsp.Count > 0)
            services.AddSingleton(OcspEndpoint.KeptRoute);
        services.AddSingleton(provider => new ReceiptDesk(options.Receipts, provider.GetRequiredService<ILogger<ReceiptDesk>>()));
        foreach (var receipts in options.Receipts)
            DelegateHosting.Add(services, receipts.Follower, receipts.Delegates, Receipt.Role);

        if (options.RunFollowers)
            FollowerHosting.Add(services, options.Publications);
    }

    public static void Map(WebApplication app)
    {
        var options = app.Services.GetRequiredService<VerificationDesk>().Options;
        WebFoundation.Map(app);
        BrowserFiles.Map(app);
        VerificationPages.Map(app);
        VerificationApi.Map(app);
        ListingApi.Map(app);
        ListingPages.Map(app);
        KeySet.Map(app);
        Health.Map(app);
        if (options.Ocsp.Count > 0)
            OcspEndpoint.Map(app);
        if (options.PublicationFolder is { } folder)
            PublicationFiles.Map(app, folder);
        app.MapOpenApi("/openapi/{documentName}.json");
    }
}
