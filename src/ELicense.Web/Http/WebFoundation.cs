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

namespace ELicense.Web.Http;

/// <summary>What every web role stands on: limits, error answers, security headers, assets. Roles of one application share it.</summary>
public static class WebFoundation
{
    /// <summary>No request to a public role is larger.</summary>
    public const int MaxBodyBytes = 128 * 1024;

    /// <summary>What one process serves at a time; slow clients beyond it wait for nobody's memory.</summary>
    private const int MaxConnections = 5000;

    /// <summary>Nothing from elsewhere, no scripts, no frames.</summary>
    public const string PagePolicy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string MappedMark = "ELicense.Web.WebFoundation";

    /// <param name="rate">Of one address; null: not limited. Of several roles in one application, the first one's holds, and its keys.</param>
    public static void AddServices(IServiceCollection services, TimeProvider clock, WorkRate? rate, ApiKeys keys)
    {
        services.TryAddSingleton(clock);
        if (services.Any(s => s.ServiceType == typeof(Marker)))
            return;
        services.AddSingleton<Marker>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        // Chinese stays Chinese in the pages' source, instead of a number for each character.
        services.TryAddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton(new WorkLimits(rate, keys, clock));
    }

    /// <summary>Maps the shared parts once, whichever role comes first.</summary>
    public static void Map(WebApplication app)
    {
        if (!((IApplicationBuilder)app).Properties.TryAdd(MappedMark, true))
            return;
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
        app.Use((context, next) => limits.ChargeAsync(context, next));
        Asset.Map(app, Asset.Style, Asset.Seal);
        app.MapMethods("/favicon.ico", ["GET", "HEAD"], () => Results.Redirect(Asset.Seal.Path)).WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }

    private static Task WithSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        // Set late, so that an answer may have set its own and an error answer, which clears headers, has them too.
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = PagePolicy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (!headers.ContainsKey("Cross-Origin-Resource-Policy"))
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (((HttpContext)state).Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
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
