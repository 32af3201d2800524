using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Batches;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Filings;
using ELicense.Issuance.People;
using ELicense.Issuance.Store;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Authority;

/// <summary>What the officers' door needs to know.</summary>
public sealed record AuthorityRoleOptions
{
    /// <summary>Owned by the host, as everything here.</summary>
    public required LicensingAuthority Licensing { get; init; }

    /// <summary>The keys that /readyz asks for.</summary>
    public required IReadOnlyList<SigningKey> Keys { get; init; }

    public required RegisterBatches Batches { get; init; }

    public required MatterDeadlines Deadlines { get; init; }

    public required AuthorityPeople People { get; init; }

    public required PeopleChanges PeopleChanges { get; init; }

    public required ClockConfirmation ClockConfirmation { get; init; }

    public required BlackList BlackList { get; init; }

    public required BlackListChanges BlackListChanges { get; init; }

    /// <summary>Authorities whose black lists are taken over.</summary>
    public required ExchangePeers ExchangePeers { get; init; }

    /// <summary>Turns identifiers of persons into marks.</summary>
    public required PersonMarkKey PersonKey { get; init; }

    /// <summary>Filings of enterprises.</summary>
    public required FilingActs Filings { get; init; }

    /// <summary>Calls with an Idempotency-Key.</summary>
    public required AnsweredCalls AnsweredCalls { get; init; }

    /// <summary>Where the door puts what it refuses.</summary>
    public required AuditLog Trail { get; init; }

    /// <summary>Names of the offices (登记机关).</summary>
    public required IReadOnlyDictionary<int, BilingualText> Offices { get; init; }

    /// <summary>Scheme and host[:port] that QR texts name.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>The officers' CA; during a change of CA two of them.</summary>
    public required IReadOnlyList<X509Certificate2> OfficersCas { get; init; }

    /// <summary>Proxies that may forward a client certificate by RFC 9440.</summary>
    public IReadOnlyList<IPNetwork> ForwardedFrom { get; init; } = [];

    /// <summary>How often matters that wait are tried again, and the other rounds of the door's background work.</summary>
    public TimeSpan WorkEvery { get; init; } = TimeSpan.FromSeconds(15);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Protection Protection { get; init; } = new();

    internal ApplicationContents Contents => new(Offices, PersonKey, Clock);
}

/// <summary>The officers' door of an authority: its REST API, for officers with a certificate, over HTTPS.</summary>
public static class AuthorityRole
{
    public static void AddServices(IServiceCollection services, AuthorityRoleOptions options)
    {
        WebFoundation.AddServices(services, options.Clock, options.Protection);
        var rules = new ClientCertificateRules(options.OfficersCas);
        services.AddSingleton(options);
        services.AddSingleton(options.AnsweredCalls);
        services.AddSingleton(rules);
        services.AddSingleton(new DoorRefusals(options.Trail, options.Clock));
        services.AddHostedService<BackgroundWork>();
        services.AddSingleton<Readiness>();
        services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        services.AddAuthentication(ClientCertificates.Scheme).AddClientCertificates(certificates =>
        {
            certificates.Rules = rules;
            certificates.ForwardedFrom = options.ForwardedFrom;
            certificates.TimeProvider = options.Clock;
            certificates.Identify = (context, certificate) => OfficersDoor.Identify(options.People, context, certificate);
            certificates.Refuse = OfficersDoor.Reject;
        });
        services.AddOpenApi("v1", api => api.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ELicense authority";
            document.Info.Description = "Officers' calls, over HTTPS with an officer's client certificate. Every error is application/problem+json with a stable code.";
            document.Info.Version = "1";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
    }

    public static void Map(WebApplication app)
    {
        app.UseClientCertificates();
        WebFoundation.Map(app);
        app.Use(AnswerUnavailable);
        app.Use(OfficersDoor.Pass);
        app.Use(Idempotency.Answer);
        ApplicationsApi.Map(app);
        DecisionsApi.Map(app);
        CertificatesApi.Map(app);
        FilingsApi.Map(app);
        BatchesApi.Map(app);
        RegisterApi.Map(app);
        DeadlinesApi.Map(app);
        BlackListApi.Map(app);
        BlackListChangesApi.Map(app, app.Services.GetRequiredService<AuthorityRoleOptions>().PersonKey);
        PeopleApi.Map(app);
        ClockApi.Map(app);
        PeopleChangesApi.Map(app);
        app.MapGet("/healthz", () => Results.Text("{\"status\":\"ok\"}", "application/json")).AllowAnonymous().ExcludeFromDescription();
        Readiness.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json").For(Call.Orient);
    }

    /// <summary>The database restarts, or its disk is full, and the door says so; the next request may find it again.</summary>
    private static async Task AnswerUnavailable(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (RegisterUnavailableException e) when (!context.Response.HasStarted)
        {
            await new Refusal(Codes.RegisterUnavailable, e.CommitUnknown ? "Whether it was done is unknown: read before you repeat." : "Nothing was done.")
                .ToProblem().ExecuteAsync(context);
        }
        catch (Exception e) when (DiskFull.Caused(e) && !context.Response.HasStarted)
        {
            await new Refusal(Codes.DiskFull, "What could not be written was rolled back; what was committed before stays. Read before you repeat.").ToProblem().ExecuteAsync(context);
        }
    }
}
