using System.Diagnostics.Metrics;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ELicense.Authority;

/// <summary>
/// /readyz: every signing key was there a moment ago. Each key is asked over and over in the background, one hanging for itself, so that a stranger's request costs no call to
/// a token; asking also brings a token back that can be found again.
/// </summary>
internal sealed class Readiness : BackgroundService
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(2);

    // With the time of one probe less than the 10 s that are promised.
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(6);

    private readonly Probed[] _keys;

    public Readiness(AuthorityRoleOptions authority, IMeterFactory meters)
    {
        _keys = [.. authority.Keys.Select(key => new Probed(key))];
        meters.Create("ELicense.Authority").CreateObservableGauge(
            "elicense.signing_key.available", () => _keys.Select(key => new Measurement<int>(key.Refusal is null ? 1 : 0, new KeyValuePair<string, object?>("elicense.key", key.Kid))), null,
            "1 for a key that was there a moment ago, 0 for one that is away.");
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/readyz", (HttpContext context, Readiness readiness) => readiness.Answer(context)).AllowAnonymous().ExcludeFromDescription();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_keys.Select(key => key.WatchAsync(stoppingToken)));

    private IResult Answer(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var code = _keys.Select(key => key.Refusal).FirstOrDefault(code => code is not null);
        if (code is null)
            return Results.Text("{\"status\":\"ready\"}", "application/json");
        context.Response.Headers.RetryAfter = "5";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, code);
    }

    private sealed class Probed(SigningKey key)
    {
        private readonly Lock _gate = new();
        private string? _refusal = Codes.NotReady;
        private long _at = Environment.TickCount64;

        public string Kid { get; } = key.PublicKey.Kid.ToString();

        /// <summary>Null when the key is there; an answer that is late is none.</summary>
        public string? Refusal
        {
            get
            {
                lock (_gate)
                    return _refusal ?? (Environment.TickCount64 - _at > GoodFor.TotalMilliseconds ? Codes.TokenTimeout : null);
            }
        }

        public async Task WatchAsync(CancellationToken cancellation)
        {
            while (!cancellation.IsCancellationRequested)
            {
                var refusal = await Task.Run(Probe, CancellationToken.None);
                lock (_gate)
                    (_refusal, _at) = (refusal, Environment.TickCount64);
                await Task.Delay(ProbeEvery, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private string? Probe()
        {
            try
            {
                key.Probe();
                return null;
            }
            catch (SigningKeyException e)
            {
                return e.Code;
            }
        }
    }
}
