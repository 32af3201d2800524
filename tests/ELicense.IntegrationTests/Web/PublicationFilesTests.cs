using System.Net;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class PublicationFilesTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log/checkpoint", "text/plain", "no-cache")]
    [InlineData("log/vkey", "text/plain", "max-age=60")]
    [InlineData("trust.jws", "application/jose", "max-age=60")]
    [InlineData("trust/1.jws", "application/jose", "immutable")]
    [InlineData("log/tile/0/000.p/6", "application/octet-stream", "immutable")]
    [InlineData("status/licenses/1.cwt", "application/statuslist+cwt", "no-cache")]
    [InlineData("status/licenses/1.jwt", "application/statuslist+jwt", "no-cache")]
    [InlineData("documents/000", "application/octet-stream", "max-age=60")]
    public async Task Serves_each_file_with_its_type_and_cache_time(string path, string type, string cache)
    {
        using var response = await station.Http.GetAsync("/publication/" + path, Cancelled);
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(cache, response.Headers.CacheControl!.ToString() + string.Join(",", response.Headers.CacheControl.Extensions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serves_the_bytes_of_the_folder()
    {
        var served = await station.Http.GetByteArrayAsync("/publication/trust.jws", Cancelled);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(station.Publication, "trust.jws"), Cancelled), served);
    }

    [Theory]
    [InlineData("")]
    [InlineData("log")]
    [InlineData("%2e%2e/register.db")]
    [InlineData("..%2fregister.db")]
    [InlineData("log/%2e%2e/%2e%2e/register.db")]
    [InlineData("/etc/passwd")]
    [InlineData("log//checkpoint")]
    [InlineData("log%5ccheckpoint")]
    [InlineData(".hidden")]
    [InlineData("log/checkpoint.tmp")]
    [InlineData("log/checkpoint.new")]
    [InlineData("log/checkpoint%00")]
    [InlineData("nothing")]
    public async Task Serves_nothing_else(string path)
    {
        await File.WriteAllTextAsync(Path.Combine(station.Publication, ".hidden"), "x", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(station.Publication, "log", "checkpoint.tmp"), "x", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(station.Publication, "log", "checkpoint.new"), "x", Cancelled);
        using var response = await station.Http.GetAsync(new Uri(station.Address.OriginalString + "/publication/" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Cancelled);
        Assert.InRange((int)response.StatusCode, 400, 404);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(5000)]
    public async Task A_name_longer_than_any_file_has_is_not_found(int length)
    {
        using var response = await station.Http.GetAsync($"/publication/{new string('a', length)}", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task No_link_leads_out_of_the_folder()
    {
        File.CreateSymbolicLink(Path.Combine(station.Publication, "out"), station.Folder);
        File.CreateSymbolicLink(Path.Combine(station.Publication, "passwd"), "/etc/passwd");
        await File.WriteAllTextAsync(Path.Combine(station.Folder, "secret"), "x", Cancelled);
        foreach (var path in (string[])["out/secret", "passwd"])
        {
            using var response = await station.Http.GetAsync($"/publication/{path}", Cancelled);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Answers_not_modified_to_its_own_tag()
    {
        using var first = await station.Http.GetAsync("/publication/log/checkpoint", Cancelled);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/publication/log/checkpoint");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await station.Http.SendAsync(again, Cancelled);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }
}
