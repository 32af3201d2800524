using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace ELicense.Display.Sites;

/// <summary>Names of registered sites, as the DNS says and nothing of this machine: no hosts file, no search list.</summary>
internal sealed class SiteNames(SiteSettings settings)
{
    private const int MostRecords = 32;

    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(3);

    // Not before it is asked: a machine without a network has no resolvers.
    private readonly Lazy<LookupClient> _dns = new(() => new LookupClient(Options(settings)));

    /// <summary>IPv4 addresses, then IPv6. Empty: the name has none, or nobody answers.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(QueryAsync(host, QueryType.A, cancellation), QueryAsync(host, QueryType.AAAA, cancellation));
        return [.. answers.SelectMany(records => (records ?? []).OfType<AddressRecord>()).Take(MostRecords).Select(record => record.Address)];
    }

    /// <summary>TXT records; the strings of each joined. Empty: there is none. Null: nobody answers.</summary>
    public async Task<IReadOnlyList<string>?> TextsAsync(string name, CancellationToken cancellation) =>
        await QueryAsync(name, QueryType.TXT, cancellation) is { } records ? [.. records.OfType<TxtRecord>().Take(MostRecords).Select(record => string.Concat(record.Text))] : null;

    /// <summary>Null: nobody answers, or not as a name server does.</summary>
    private async Task<IReadOnlyList<DnsResourceRecord>?> QueryAsync(string name, QueryType type, CancellationToken cancellation)
    {
        try
        {
            var response = await _dns.Value.QueryAsync(name + ".", type, cancellationToken: cancellation);
            return response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain ? response.Answers : null;
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // What answers may be a stranger's: the library fails on nonsense in many ways, as on a name that is too long with what is put before it.
            return null;
        }
    }

    private static LookupClientOptions Options(SiteSettings settings)
    {
        var options = settings.Resolvers.Count > 0 ? new LookupClientOptions([.. settings.Resolvers]) : new LookupClientOptions();
        options.UseCache = false;
        options.Timeout = LongestQuery;
        options.Retries = 1;
        options.UseRandomNameServer = false;
        return options;
    }
}
