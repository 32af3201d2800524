using System.Collections.Frozen;
using System.Text;
using ELicense.Core;
using Microsoft.AspNetCore.Http;

namespace ELicense.PublicVerification.Batches;

/// <summary>Keys of those who may send large batches: known by their SHA-256 only, so that nothing that is kept opens anything.</summary>
public sealed class ApiKeys(IEnumerable<Digest> digests)
{
    private const string Scheme = "Bearer ";

    private readonly FrozenSet<Digest> _digests = digests.ToFrozenSet();

    public static ApiKeys None { get; } = new([]);

    /// <summary>RFC 6750 2.1: the key stands in Authorization as a bearer token.</summary>
    /// <returns>True with a key that is known, false without any; null for one that is not known, or another scheme.</returns>
    internal bool? Admits(HttpRequest request)
    {
        if (request.Headers.Authorization.Count == 0)
            return false;
        var credentials = request.Headers.Authorization.ToString();
        // What is compared is a digest: its time tells nothing of the key.
        return credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && _digests.Contains(Digest.Of(Encoding.UTF8.GetBytes(credentials[Scheme.Length..])))
            ? true
            : null;
    }
}
