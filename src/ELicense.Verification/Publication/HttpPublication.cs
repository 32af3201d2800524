using System.Diagnostics;
using System.Globalization;
using System.Net;
using ELicense.Core.Log;

namespace ELicense.Verification.Publication;

/// <summary>A publication behind a web server. Redirects are not followed: a publication is where its address says.</summary>
internal sealed class HttpPublication : PublicationSource
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(10);
    private const int MostRetries = 10;
    private static readonly Lazy<HttpClient> Plain = new(() => new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = RequestTimeout,
    });

    private readonly Uri _root;
    private readonly HttpClient _client;
    private long _seen = -1;
    private byte[]? _awaited;

    public HttpPublication(Uri address, HttpClient? client)
    {
        _root = address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        _client = client ?? Plain.Value;
    }

    public override string Name => _root.AbsoluteUri;

    public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        RequirePlainPath(path);
        if (path != SignedCheckpoint.Path)
            return await GetAsync(new Uri(_root, path), path, maxBytes, cancellation);
        // The one that was waited for need not be asked for again; whoever reads twice gets the newest.
        var checkpoint = Interlocked.Exchange(ref _awaited, null) ?? await GetAsync(new Uri(_root, path), path, maxBytes, cancellation);
        _seen = SizeOf(checkpoint);
        return checkpoint;
    }

    /// <summary>
    /// Asks for a checkpoint larger than the last one read: our own servers answer when there is one, or after a while. Others answer at once, and are asked again
    /// after a second.
    /// </summary>
    public override async Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var address = new Uri(_root, string.Create(CultureInfo.InvariantCulture, $"{SignedCheckpoint.Path}?after={_seen}"));
            if (_seen >= 0 && atMost > LookEvery && await GetAsync(address, SignedCheckpoint.Path, SignedNote.MaxBytes, cancellation) is { } answer && SizeOf(answer) > _seen)
            {
                _awaited = answer;
                return;
            }
        }
        catch (Exception failed) when (failed is IOException or HttpRequestException || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Nothing was waited for; the round that comes next meets the same, and tells it.
        }

        var rest = (atMost < LookEvery ? atMost : LookEvery) - Stopwatch.GetElapsedTime(began);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, cancellation);
    }

    private async Task<byte[]?> GetAsync(Uri address, string path, int maxBytes, CancellationToken cancellation)
    {
        for (var retries = 0; ; retries++)
        {
            // The client's own time-out ends with the headers; a slow body must end too.
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            deadline.CancelAfter(RequestTimeout);
            using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            // A client that the caller made may have followed a redirect.
            if (response.RequestMessage?.RequestUri is { } answered && answered.Authority != address.Authority)
                throw new IOException($"{path} was redirected to another host.");
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            // RFC 6585 4: too many requests for a while. A round that reads a whole log does not begin anew for that.
            if (response.StatusCode == HttpStatusCode.TooManyRequests && retries < MostRetries)
            {
                var pause = response.Headers.RetryAfter?.Delta ?? LookEvery;
                await Task.Delay(pause < LongestRetryAfter ? pause : LongestRetryAfter, cancellation);
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK)
                throw new IOException($"{path} was answered with status {(int)response.StatusCode}.");
            if (response.Content.Headers.ContentLength > maxBytes)
                throw TooLarge(path, maxBytes);
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            return await ReadBoundedAsync(stream, path, maxBytes, deadline.Token);
        }
    }

    /// <summary>What a note says of its size, verified or not; -1 when it says nothing of the kind. It only decides when to look again.</summary>
    private static long SizeOf(byte[]? note) => SignedCheckpoint.Peek(note)?.Size ?? -1;
}
