using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Web.Http;

/// <param name="target">Of the request line.</param>
/// <param name="answering">When the answer is kept, or the request is refused.</param>
public delegate bool KeptAnswering(HttpContext context, string target, [NotNullWhen(true)] out Task? answering);

/// <summary>Where answers to GET are kept. They are looked for before everything else: a kept answer costs less than what would be asked about the request.</summary>
/// <param name="Prefix">Of the request line's target.</param>
public sealed record KeptRoute(string Prefix, KeptAnswering TryAnswer)
{
    internal static void Map(WebApplication app)
    {
        var routes = app.Services.GetServices<KeptRoute>().ToArray();
        if (routes.Length == 0)
            return;
        app.Use((context, next) =>
        {
            var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
            if (HttpMethods.IsGet(request.Method))
            {
                foreach (var route in routes)
                {
                    if (request.RawTarget.StartsWith(route.Prefix, StringComparison.Ordinal) && route.TryAnswer(context, request.RawTarget, out var answering))
                        return answering;
                }
            }

            return next(context);
        });
    }
}
