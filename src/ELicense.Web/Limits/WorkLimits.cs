using System.Diagnostics.Metrics;
using System.Globalization;
using ELicense.Core;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Limits;

/// <summary>
/// Charges requests by the work that they cause: to their API key when they have one that is known, else to the network that they come from. A bucket is paid before the
/// work is done, so that many requests at a time spend no more than one after the other; what turned out cheaper is given back.
/// </summary>
public sealed class WorkLimits
{
    /// <summary>2 MiB; in ten seconds every bucket is full again.</summary>
    private const int Addresses = 131_072;

    // OpenTelemetry semantic conventions, general attributes
    private const string WhyTag = "error.type";

    private readonly TimeProvider _clock;
    private readonly ApiKeys _keys;
    private readonly WorkLine? _line;
    private readonly Counter<long> _refused;
    private readonly AddressBuckets? _addresses;

    public WorkLimits(Protection protection, WorkLine? line, TimeProvider clock, IMeterFactory meters)
    {
        var meter = meters.Create("ELicense.Web");
        _refused = meter.CreateCounter<long>("elicense.requests.refused", "{request}", "Requests that were refused before their work was done.");
        if (line is not null)
            meter.CreateObservableGauge("elicense.work.wait", () => line.Wait.TotalSeconds, "s", "How long work stands in line for a core.");

        (_clock, _keys, _line) = (clock, protection.Keys, line);
        _addresses = protection.Rate is { } rate ? new AddressBuckets(rate, Addresses) : null;
    }

    /// <summary>Charges all or nothing.</summary>
    /// <param name="refused">429 with the time until it could be paid.</param>
    public bool TryCharge(HttpContext context, int hundredths, out IResult? refused)
    {
        refused = null;
        if (_addresses is null || hundredths == 0)
            return true;
        var now = Now;
        var wait = _keys.TryFind(context.Request, out var key) && key is not null
            ? key.Take(hundredths, now)
            : _addresses.Take(ClientNetwork.Of(context.Connection.RemoteIpAddress), hundredths, now);
        if (wait == 0)
            return true;
        _refused.Add(1, new KeyValuePair<string, object?>(WhyTag, Codes.RateLimited));
        context.Response.Headers.RetryAfter = ((wait + 999_999_999) / 1_000_000_000).ToString(CultureInfo.InvariantCulture);
        refused = Problem.ForStatus(context, StatusCodes.Status429TooManyRequests);
        return false;
    }

    /// <summary>What was charged and not needed.</summary>
    public void GiveBack(HttpContext context, int hundredths)
    {
        if (_addresses is null || hundredths == 0)
            return;
        if (_keys.TryFind(context.Request, out var key) && key is not null)
            key.GiveBack(hundredths);
        else
            _addresses.GiveBack(ClientNetwork.Of(context.Connection.RemoteIpAddress), hundredths, Now);
    }

    /// <summary>What is free is never refused. While work stands in line too long, all else is refused at once with 503, before it costs more.</summary>
    internal Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var price = context.GetEndpoint()?.Metadata.GetMetadata<WorkPrice>() ?? WorkPrice.Page;
        if (price.Hundredths > 0 && _line is not null)
        {
            _line.Come();
            if (_line.IsTooLong)
                return Shed(context);
        }

        return TryCharge(context, price.Hundredths, out var refused) ? next(context) : refused!.ExecuteAsync(context);
    }

    private Task Shed(HttpContext context)
    {
        _refused.Add(1, new KeyValuePair<string, object?>(WhyTag, Codes.Overloaded));
        context.Response.Headers.RetryAfter = "1";
        return Problem.ForStatus(context, StatusCodes.Status503ServiceUnavailable, Codes.Overloaded).ExecuteAsync(context);
    }

    private long Now => _clock.GetElapsedTime(0).Ticks * 100;
}
