using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class ApiKeysTests
{
    private readonly ApiKeys _keys = new(new Dictionary<Digest, WorkRate> { [new Digest(SHA256.HashData("bank"u8))] = WorkRate.Key });

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("Bearer bank", true, true)]
    [InlineData("bearer bank", true, true)]
    [InlineData("Bearer Bank", false, false)]
    [InlineData("Basic bank", false, false)]
    [InlineData("", false, false)]
    public void A_bearer_token_that_is_known_is_found(string? credentials, bool answer, bool isKey)
    {
        var request = Request(credentials);
        Assert.Equal((answer, isKey), (_keys.TryFind(request, out var key), key is not null));
        Assert.Equal((answer, isKey), (_keys.TryFind(request, out key), key is not null));
    }

    [Fact]
    public void Whose_a_request_is_was_decided_when_it_was_asked_first()
    {
        var request = Request("Bearer bank");
        Assert.True(_keys.TryFind(request, out var first));
        // Limits, endpoint and settling ask; only the first one pays for a hash of what a stranger sent.
        request.Headers.Authorization = "Bearer another";
        Assert.True(_keys.TryFind(request, out var second));
        Assert.Same(first, second);
    }

    private static HttpRequest Request(string? credentials)
    {
        var request = new DefaultHttpContext().Request;
        if (credentials is not null)
            request.Headers.Authorization = credentials;
        return request;
    }
}
