using System.Collections.Frozen;
using System.Text;
using ELicense.Core;
using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Limits;

/// <summary>Keys of those who may send large batches and much else: known by their SHA-256 only, so that nothing that is kept opens anything.</summary>
/// <param name="rates">What each may cause.</param>
public sealed class ApiKeys(IReadOnlyDictionary<Digest, WorkRate> rates)
{
    private const string Scheme = "Bearer ";

    private readonly FrozenDictionary<Digest, ApiKey> _keys = rates.ToFrozenDictionary(one => one.Key, one => new ApiKey(one.Value));

    public static ApiKeys None { get; } = new(new Dictionary<Digest, WorkRate>());

    /// <summary>RFC 6750 2.1: the key stands in Authorization as a bearer token. Hashed when it is first asked for; then the request knows whose it is.</summary>
    /// <param name="key">Null without one that is known.</param>
    /// <returns>False with a key that is not known, or with another scheme.</returns>
    public bool TryFind(HttpRequest request, out ApiKey? key)
    {
        key = null;
        if (request.Headers.Authorization.Count == 0)
            return true;
        var features = request.HttpContext.Features;
        if (features.Get<Caller>() is not { } caller)
            features.Set(caller = new Caller(Find(request.Headers.Authorization.ToString())));
        key = caller.Key;
        return key is not null;
    }

    // What is compared is a digest: its time tells nothing of the key.
    private ApiKey? Find(string credentials) =>
        credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? _keys.GetValueOrDefault(Digest.Of(Encoding.UTF8.GetBytes(credentials[Scheme.Length..]))) : null;

    /// <summary>Of one request with credentials.</summary>
    private sealed record Caller(ApiKey? Key);
}

/// <summary>A key that is known, and its bucket.</summary>
public sealed class ApiKey(WorkRate rate)
{
    private readonly TokenBucket _bucket = new(rate);
    private long _fullAt;

    /// <inheritdoc cref="TokenBucket.Take"/>
    internal long Take(int hundredths, long now) => _bucket.Take(ref _fullAt, hundredths, now);

    internal void GiveBack(int hundredths) => _bucket.GiveBack(ref _fullAt, hundredths);
}
