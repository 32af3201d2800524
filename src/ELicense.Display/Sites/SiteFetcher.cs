using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;

namespace ELicense.Display.Sites;

/// <param name="Body">Of the answer with 200; empty when it is refused.</param>
/// <param name="Address">Where the last redirect led.</param>
/// <param name="Refusal">Null: fetched.</param>
internal readonly record struct Fetched(ReadOnlyMemory<byte> Body, Uri? Address, Refusal? Refusal);

/// <summary>
/// Fetches a page of a site that a stranger named. It connects to the very addresses that it judged (a name that changes its mind meanwhile changes nothing), only to global ones, on the default ports;
/// without proxy, cookies, credentials, decompression or downloads for the certificate's sake; and bounds time, headers, body and redirects. One fetch at a time from a host.
/// </summary>
internal sealed class SiteFetcher(SiteSettings settings, SiteNames names, Uri service, TimeProvider clock)
{
    private const int MostRedirects = 3;
    private const int MostAddresses = 3;
    private const int MostHeaderKilobytes = 16;

    /// <summary>Hosts share these turns by their hash, so that their number takes no memory.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <param name="most">Bytes of the body.</param>
    public async Task<Fetched> FetchAsync(Uri address, int most, CancellationToken cancellation)
    {
        var turn = _turns[(uint)StringComparer.Ordinal.GetHashCode(address.IdnHost) % (uint)_turns.Length];
        if (!await turn.WaitAsync(settings.LongestFetch, cancellation))
            return Refuse(Codes.SiteUnreachable, $"{address.IdnHost} is being asked already.");
        using var time = new CancellationTokenSource(settings.LongestFetch, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        try
        {
            return await FollowAsync(address, most, either.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Refuse(Codes.SiteUnreachable, $"{address.IdnHost} took longer than {settings.LongestFetch.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException failed) when (failed.InnerException is AuthenticationException)
        {
            return Refuse(Codes.SiteTls, $"{address.IdnHost}: {failed.InnerException.Message}");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException)
        {
            return Refuse(Codes.SiteUnreachable, $"{address.IdnHost}: {failed.Message}");
        }
        finally
        {
            _ = ReleaseLaterAsync(turn);
        }
    }

    private async Task ReleaseLaterAsync(SemaphoreSlim turn)
    {
        await Task.Delay(settings.Pause, clock, CancellationToken.None);
        turn.Release();
    }

    private async Task<Fetched> FollowAsync(Uri first, int most, CancellationToken cancellation)
    {
        var address = first;
        for (var redirects = 0; ; redirects++)
        {
            var (addresses, refused) = await JudgeAsync(address, cancellation);
            if (refused is { } notPublic)
                return new Fetched(default, null, notPublic);
            using var http = new HttpMessageInvoker(Handler(addresses));
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.TryAddWithoutValidation("User-Agent", $"ELicense-Site-Check/1.0 (+{service.GetLeftPart(UriPartial.Authority)})");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            request.Headers.ConnectionClose = true;
            using var response = await http.SendAsync(request, cancellation);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308)
            {
                if (redirects == MostRedirects || Redirected(address, response.Headers.Location) is not { } next)
                    return Refuse(Codes.SiteRedirect, $"{address.IdnHost} leads elsewhere, or more than {MostRedirects} times on.");
                address = next;
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK)
                return Refuse((int)response.StatusCode is 404 or 410 ? Codes.SiteProofMissing : Codes.SiteAnswer, $"{address.IdnHost} answered {(int)response.StatusCode}.");
            if (response.Content.Headers.ContentEncoding.Count > 0)
                return Refuse(Codes.SiteAnswer, $"{address.IdnHost} answered in an encoding that was not asked for.");
            return await ReadAsync(address, response.Content, most, cancellation);
        }
    }

    /// <summary>All addresses of a name are public, or none is asked.</summary>
    private async Task<(IPAddress[] Addresses, Refusal? Refusal)> JudgeAsync(Uri address, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal) ? [literal] : await names.AddressesAsync(address.IdnHost, cancellation);
        if (addresses.Count == 0)
            return ([], new Refusal(Codes.SiteName, $"{address.IdnHost} has no address in the DNS."));
        Func<IPAddress, bool> mayBe = settings.AllowsLoopback(address) ? IPAddress.IsLoopback : GlobalAddresses.Contain;
        return addresses.All(mayBe)
            ? ([.. addresses.Take(MostAddresses)], null)
            : ([], new Refusal(Codes.SiteNotPublic, $"{address.IdnHost} leads to an address that is not public."));
    }

    /// <summary>On the same host only; to https or from the same scheme; on the default port, or on one that the operator named. Null: not so.</summary>
    private Uri? Redirected(Uri from, Uri? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var to))
            return null;
        var isSameSite = to.IdnHost == from.IdnHost && (to.Scheme == from.Scheme || (from.Scheme == Uri.UriSchemeHttp && to.Scheme == Uri.UriSchemeHttps));
        return isSameSite && to.UserInfo.Length == 0 && (to.IsDefaultPort || settings.AllowsLoopback(to)) ? to : null;
    }

    private SocketsHttpHandler Handler(IPAddress[] addresses) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MostHeaderKilobytes,
        MaxResponseDrainSize = 0,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ChainPolicy() },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    // A stranger's certificate names addresses for its issuer and for revocation lists: none of them is asked.
    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (settings.Roots is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    private static async Task<Fetched> ReadAsync(Uri address, HttpContent content, int most, CancellationToken cancellation)
    {
        var tooLarge = Refuse(Codes.SiteAnswer, $"{address.IdnHost} answered more than {most} bytes.");
        if (content.Headers.ContentLength > most)
            return tooLarge;
        using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new ArrayBufferWriter<byte>(4096);
        while (await stream.ReadAsync(body.GetMemory(4096), cancellation) is > 0 and var read)
        {
            body.Advance(read);
            if (body.WrittenCount > most)
                return tooLarge;
        }

        return new Fetched(body.WrittenMemory, address, null);
    }

    private static Fetched Refuse(string code, string detail) => new(default, null, new Refusal(code, detail));
}
