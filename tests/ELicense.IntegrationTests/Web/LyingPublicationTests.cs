using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Cryptography.Envelopes;
using ELicense.PublicVerification;
using ELicense.UnitTests.Verification;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>A verifier that follows a lying publication over HTTP: it says what is wrong, in /readyz and in its log, and goes on from the last good state.</summary>
public sealed class LyingPublicationTests : IAsyncLifetime
{
    private const string GoodCode = "91350100M000100Y43";

    private readonly PublicationBuilder _publication = new();
    private readonly StationClock _clock = new(TestAuthority.Now);
    private readonly KeptLog _log = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private WebApplication _server = null!;
    private WebApplication _verifier = null!;
    private PublicationFollower _follower = null!;
    private HttpClient _http = null!;
    private TestLicense _license = null!;

    public async ValueTask InitializeAsync()
    {
        _license = _publication.Issue(1, GoodCode);
        _publication.Publish();
        _server = await StartAsync(_ => { }, app => PublicationFiles.Map(app, _publication.Folder));
        _follower = new PublicationFollower(
            PublicationSource.Open(_server.Urls.Single() + "/publication/"),
            new FollowerSettings(TrustAnchor.Fingerprint(_publication.Authority.RootFingerprint), null, null), _clock);
        await _follower.PollAsync(_cancellation);
        _verifier = await StartAsync(
            builder => PublicVerificationRole.AddServices(
                builder.Services, new PublicVerificationOptions { Publications = new(_follower), PublicAddress = new Uri("https://gs.example.cn"), Clock = _clock, Protection = new Protection { Rate = null } }),
            PublicVerificationRole.Map);
        _http = new HttpClient { BaseAddress = new Uri(_verifier.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _verifier.StopAsync();
        await _verifier.DisposeAsync();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _follower.Dispose();
        _publication.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Each_lie_is_named_while_the_last_good_state_goes_on()
    {
        var oldest = _publication.Read("log/checkpoint");

        // A longer log, whose tile is cut short.
        _publication.Issue(2, code: "91440300708461136T");
        _publication.Publish(spoil: () => _publication.Write("log/tile/entries/000.p/2", _publication.Read("log/tile/entries/000.p/2")[..^1]));
        await IsNamedAsync(Codes.Malformed);

        // The right tile again; then an entry that nobody knows, in a log that is signed all the same.
        _publication.Publish();
        await IsWellAsync(size: 2);
        var newest = _publication.Read("log/checkpoint");
        _publication.AppendKind(6);
        _publication.Publish();
        await IsNamedAsync(Codes.UnknownEntry);

        // Another checkpoint of the size that was seen, and an older one.
        var forked = new Checkpoint(TestAuthority.Origin, 2, Digest.Of("another history"u8));
        _publication.Write("log/checkpoint", Encoding.UTF8.GetBytes(
            CheckpointSigning.Sign(forked, _publication.Authority.Log, _publication.Authority.Clock, TestAuthority.Now).ToString()));
        await IsNamedAsync(Codes.LogFork);
        _publication.Write("log/checkpoint", oldest);
        await IsNamedAsync(Codes.LogRollback);

        // The right one again, and a status list that hides a suspension.
        _publication.Write("log/checkpoint", newest);
        await IsWellAsync(size: 2);
        _publication.CutTo(2);
        _publication.Change(_license, Standing.Suspended);
        _publication.SayInList(_license, Standing.Valid);
        _clock.Ahead = TimeSpan.FromMinutes(2);
        _publication.Publish(_clock.GetUtcNow());
        await IsNamedAsync(Codes.StatusMismatch, verdict: "suspended");

        // Nothing is put right: past the max age nothing is called valid, and the verifier is not ready.
        _clock.Ahead = TimeSpan.FromHours(25);
        using var ready = await _http.GetAsync("/readyz", _cancellation);
        var state = (await ready.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("publications")[0];
        Assert.Equal((HttpStatusCode.ServiceUnavailable, Codes.StatusStale), (ready.StatusCode, state.GetProperty("alarm").GetString()));
    }

    private async Task IsNamedAsync(string code, string verdict = "valid")
    {
        await UntilAsync(state => state.GetProperty("refusal").GetString() == code, $"/readyz names {code}");
        await Eventually.IsAsync(() => _log.Lines.Any(line => line.EndsWith($"[{code}]", StringComparison.Ordinal)));
        var status = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{GoodCode}/status", _cancellation);
        Assert.Equal(verdict, status.GetProperty("verdict").GetString());
    }

    private Task IsWellAsync(long size) =>
        UntilAsync(state => state.GetProperty("refusal").GetString() is null && state.GetProperty("logSize").GetInt64() == size, $"well again at {size}");

    private async Task UntilAsync(Predicate<JsonElement> isSo, string what)
    {
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        longest.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var ready = await _http.GetAsync("/readyz", longest.Token);
            var state = (await ready.Content.ReadFromJsonAsync<JsonElement>(longest.Token)).GetProperty("publications")[0];
            if (isSo(state))
            {
                // What is refused is told, but answers go on.
                Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
                return;
            }

            Assert.False(longest.IsCancellationRequested, $"{what}; {state}");
            // What is looked at every few seconds is looked at again.
            _clock.Ahead += TimeSpan.FromMilliseconds(200);
            await Task.Delay(20, _cancellation);
        }
    }

    private async Task<WebApplication> StartAsync(Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().AddProvider(_log).SetMinimumLevel(LogLevel.Warning);
        add(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync(_cancellation);
        return app;
    }
}
