using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ELicense.Web.Limits;

/// <summary>What a web application bears: of one caller, of one connection, and of all together. Of several roles in one application the first one's holds.</summary>
public sealed record Protection
{
    /// <summary>For one address; null: nobody is limited.</summary>
    public WorkRate? Rate { get; init; } = WorkRate.Address;

    /// <summary>Who may send large batches, and has a bucket of his own.</summary>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    public ConnectionBounds Connections { get; init; } = new();

    /// <summary>Whose X-Forwarded-For says who the client is; they may open any number of connections.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Whose length says when to shed; owned by the application from then on. Null: nothing is shed.</summary>
    public WorkLine? Line { get; init; }
}

/// <summary>What connections may do.</summary>
public sealed record ConnectionBounds
{
    /// <summary>No request is larger, batches excepted.</summary>
    public const int MaxBodyBytes = 128 * 1024;

    /// <summary>At a time, from everywhere; more are closed at once.</summary>
    public int Most { get; init; } = 20_000;

    /// <summary>At a time, from one address (IPv6: its /64); more are closed at once.</summary>
    public int MostOfOneAddress { get; init; } = 500;

    /// <summary>From the first byte of a request to the end of its headers.</summary>
    public TimeSpan HeadersWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a request. Longer than nginx keeps its own (60 s), so that it never sends into one that is being closed.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Bytes a second, on average, of a body that is sent or an answer that is read; from <see cref="Grace"/> on.</summary>
    public int SlowestBytesPerSecond { get; init; } = 240;

    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    internal void Configure(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxConcurrentConnections = Most;
        limits.RequestHeadersTimeout = HeadersWithin;
        limits.KeepAliveTimeout = Idle;
        limits.MinRequestBodyDataRate = new MinDataRate(SlowestBytesPerSecond, Grace);
        limits.MinResponseDataRate = new MinDataRate(SlowestBytesPerSecond, Grace);
        limits.Http2.MaxStreamsPerConnection = 32;
    }
}
