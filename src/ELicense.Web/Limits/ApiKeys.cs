using System.Collections.Frozen;
using System.Text;
using ELicense.Core;
using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Limits;

/// <summary>Keys of those who may send large batches and much else: known by their SHA-256 only, so that nothing that is kept opens anything.</summary>
public sealed class ApiKeys(IEnumerable<Digest> digests)
{
    private const string Scheme = "Bearer ";

    private readonly FrozenDictionary<Digest, ApiKey> _keys = digests.Distinct().ToFrozenDictionary(digest => digest, _ => new ApiKey());

    public static ApiKeys None { get; } = new([]);

    /// <summary>RFC 6750 2.1: the key stands in Authorization as a bearer token.</summary>
    /// <param name="key">Null without one that is known.</param>
    /// <returns>False with a key that is not known, or with another scheme.</returns>
    public bool TryFind(HttpRequest request, out ApiKey? key)
    {
        key = null;
        if (request.Headers.Authorization.Count == 0)
            return true;
        var credentials = request.Headers.Authorization.ToString();
        // What is compared is a digest: its time tells nothing of the key.
        return credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && _keys.TryGetValue(Digest.Of(Encoding.UTF8.GetBytes(credentials[Scheme.Length..])), out key);
    }
}

/// <summary>A key that is known, and its bucket.</summary>
public sealed class ApiKey
{
    private long _fullAt;

    internal ref long FullAt => ref _fullAt;
}
