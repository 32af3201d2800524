using System.Net;

namespace ELicense.Verification.Publication;

/// <summary>A publication behind a web server. Redirects are not followed: a publication is where its address says.</summary>
internal sealed class HttpPublication : PublicationSource
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
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

    public HttpPublication(Uri address, HttpClient? client)
    {
        _root = address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        _client = client ?? Plain.Value;
    }

    public override string Name => _root.AbsoluteUri;

    public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        RequirePlainPath(path);
        var address = new Uri(_root, path);
        // The client's own time-out ends with the headers; a slow body must end too.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(RequestTimeout);
        using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        // A client that the caller made may have followed a redirect.
        if (response.RequestMessage?.RequestUri is { } answered && answered.Authority != address.Authority)
            throw new IOException($"{path} was redirected to another host.");
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (response.StatusCode != HttpStatusCode.OK)
            throw new IOException($"{path} was answered with status {(int)response.StatusCode}.");
        if (response.Content.Headers.ContentLength > maxBytes)
            throw TooLarge(path, maxBytes);
        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        return await ReadBoundedAsync(stream, path, maxBytes, deadline.Token);
    }

    public override Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation) =>
        Task.Delay(atMost < LookEvery ? atMost : LookEvery, cancellation);
}
