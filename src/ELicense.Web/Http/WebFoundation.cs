using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ELicense.Web.Http;

/// <summary>What every web role stands on: limits, error answers, security headers, assets. Roles of one application share it.</summary>
public static class WebFoundation
{
    /// <summary>Nothing from elsewhere, no scripts, no frames.</summary>
    public const string PagePolicy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string MappedMark = "ELicense.Web.WebFoundation";

    /// <summary>What was accepted is answered before the process ends, if it is done by then.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(8);

    public static void AddServices(IServiceCollection services, TimeProvider clock, Protection protection)
    {
        services.TryAddSingleton(clock);
        if (services.Any(s => s.ServiceType == typeof(Marker)))
            return;
        services.AddSingleton<Marker>();
        ForwardedClients.Add(services, protection.Proxies);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            protection.Connections.Configure(kestrel.Limits);
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        // Chinese stays Chinese in the pages' source, instead of a number for each character.
        services.TryAddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        if (protection.Line is { } line)
            services.AddSingleton(_ => line);
        services.AddSingleton(provider => new WorkLimits(protection, provider.GetService<WorkLine>(), clock, provider.GetRequiredService<IMeterFactory>()));
    }

    /// <summary>Maps the shared parts once, whichever role comes first.</summary>
    public static void Map(WebApplication app)
    {
        if (!((IApplicationBuilder)app).Properties.TryAdd(MappedMark, true))
            return;
        KeptRoute.Map(app);
        app.Use(WithSecurityHeaders);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerException,
            // A client's mistake is answered, not logged: anybody could fill the log with it.
            SuppressDiagnosticsCallback = static failed => failed.Exception is Microsoft.AspNetCore.Http.BadHttpRequestException,
        });
        app.UseStatusCodePages(status => Problem.ForStatus(status.HttpContext, status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext));
        app.UseRouting();
        var limits = app.Services.GetRequiredService<WorkLimits>();
        app.Use((context, next) => Activity.Current is { Recorded: true } trace ? WithRouteAsync(trace, context, next) : next(context));
        app.Use((context, next) => limits.AdmitAsync(context, next));
        Asset.Map(app, Asset.Style, Asset.Seal);
        app.MapMethods("/favicon.ico", ["GET", "HEAD"], () => Results.Redirect(Asset.Seal.Path)).AllowAnonymous().WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }

    /// <summary>A trace is named by the route, never by a path (OpenTelemetry semantic conventions, HTTP server span).</summary>
    private static async Task WithRouteAsync(Activity trace, HttpContext context, RequestDelegate next)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        trace.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        if (route is not null)
            trace.SetTag("http.route", route);
        await next(context);
        trace.SetTag("http.response.status_code", context.Response.StatusCode);
    }

    /// <summary>Sets the headers that every answer has, but those that it has set itself.</summary>
    public static void Secure(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    private static Task WithSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        // Set late, so that an answer may have set its own and an error answer, which clears headers, has them too.
        context.Response.OnStarting(static state =>
        {
            Secure((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    private static Task AnswerException(HttpContext context)
    {
        // Kestrel says what was wrong with a request by this exception: body too large or cut short, bad chunking.
        var status = context.Features.Get<IExceptionHandlerFeature>()?.Error is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
        context.Response.StatusCode = status;
        return Problem.ForStatus(context, status).ExecuteAsync(context);
    }

    private sealed class Marker;
}
