using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Envelopes;
using ELicense.Issuance.Matters;
using ELicense.UnitTests.Verification;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>One verifier over the publications of several authorities, as the configuration names them.</summary>
public sealed class SeveralPublicationsTests(SeveralPublicationsTests.TwoAuthorities two) : IClassFixture<SeveralPublicationsTests.TwoAuthorities>
{
    // Codes that neither authority's region gave.
    private const string MovedCode = "91110000600037341L";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Both with a register, a publisher and keys of their own, and both license the same codes.</summary>
    public sealed class TwoAuthorities : IAsyncLifetime
    {
        public PublicStation Fujian { get; } = new() { Place = (3501, "35") };

        public PublicStation Guangdong { get; } = new() { Place = (4401, "44") };

        public async ValueTask InitializeAsync()
        {
            await Fujian.InitializeAsync();
            await Guangdong.InitializeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Fujian.DisposeAsync();
            await Guangdong.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_artefact_is_judged_by_the_authority_that_it_names()
    {
        await using var verifier = await Verifier.StartAsync(two.Guangdong, two.Fujian);
        using var stranger = new TestAuthority();
        var tokens = new[] { two.Fujian, two.Guangdong }.Select(station => station.Licenses[PublicStation.HostileCode].Token).Append(stranger.Issue(1).Token).ToList();
        var verdicts = await verifier.BatchAsync(tokens);

        Assert.Equal(["valid", "valid", "invalid"], verdicts.Select(verdict => verdict.GetProperty("verdict").GetString()));
        Assert.Equal(["3501", "4401", "6201"], verdicts.Select(verdict => verdict.GetProperty("license").GetProperty("licenseNumber").GetString()![..4]));
        var keys = await verifier.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json", _cancellation);
        Assert.Equal(8, keys.GetProperty("keys").GetArrayLength());
        var page = await verifier.Http.GetStringAsync("/?artefact=" + Uri.EscapeDataString(Convert.ToBase64String(tokens[0].Span)), _cancellation);
        Assert.Contains("示范省市场监督管理局", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_looked_up_at_all_and_home_and_life_go_first()
    {
        two.Fujian.Issue(MovedCode, "迁出技术有限公司");
        two.Guangdong.Issue(MovedCode, "迁入技术有限公司");
        await two.Fujian.PublishAsync();
        await two.Guangdong.PublishAsync();
        await using var verifier = await Verifier.StartAsync(two.Guangdong, two.Fujian);
        // Licensed by both: the one in whose region the code was given; else the first, unless the license has ended there.
        Assert.StartsWith("3501-", await verifier.NumberAsync(PublicStation.ValidCode), StringComparison.Ordinal);
        Assert.StartsWith("4401-", await verifier.NumberAsync(MovedCode), StringComparison.Ordinal);
        two.Guangdong.Change(MatterType.Cancellation, MovedCode);
        await two.Guangdong.PublishAsync();
        await Eventually.IsAsync(async () => (await verifier.NumberAsync(MovedCode))!.StartsWith("3501-", StringComparison.Ordinal));
        using var unknown = await verifier.Http.GetAsync($"/api/v1/licenses/{PublicStation.UnlicensedCode}", _cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task One_that_forks_is_named_and_the_other_goes_on()
    {
        var liar = new PublicStation { Place = (6201, "62") };
        await liar.InitializeAsync();
        await using (liar)
        {
            await using var verifier = await Verifier.StartAsync(two.Fujian, liar);
            var checkpoint = Path.Combine(liar.Publication, "log", "checkpoint");
            Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(checkpoint, _cancellation), out var note, out _));
            Assert.True(Checkpoint.TryParse(note.Text, out var honest, out _));
            var forked = CheckpointSigning.Sign(honest with { Root = Digest.Of("another history"u8) }, liar.Keys.Log, liar.Keys.Clock, liar.Clock.GetUtcNow());
            await File.WriteAllTextAsync(checkpoint + ".new", forked.ToString(), _cancellation);
            File.Move(checkpoint + ".new", checkpoint, overwrite: true);
            await Eventually.IsAsync(async () => (await verifier.ReadyAsync())[1].GetProperty("refusal").GetString() == Codes.LogFork);

            two.Fujian.Change(MatterType.Suspension, PublicStation.ValidCode);
            await two.Fujian.PublishAsync();
            await Eventually.IsAsync(async () => await verifier.VerdictAsync(two.Fujian, PublicStation.ValidCode) == "suspended");
            two.Fujian.Change(MatterType.Resumption, PublicStation.ValidCode);
            await two.Fujian.PublishAsync();
            var ready = await verifier.ReadyAsync();
            Assert.Equal([(3501, true), (6201, true)], ready.Select(publication => (publication.GetProperty("authority").GetInt32(), publication.GetProperty("ready").GetBoolean())));
            Assert.Equal([null, Codes.LogFork], ready.Select(publication => publication.GetProperty("refusal").GetString()));
            // The last good state of the one that lies goes on.
            Assert.Equal("valid", await verifier.VerdictAsync(liar, PublicStation.HostileCode));
        }
    }

    [Fact]
    public async Task Of_one_that_is_not_there_nothing_is_said_and_nothing_is_called_false()
    {
        using var away = new TestAuthority();
        await using var verifier = await Verifier.StartAsync(
            [Verifier.Follow(two.Fujian), new FollowedSource("/nowhere/publication", TrustAnchor.Fingerprint(away.RootFingerprint), TestAuthority.Number, "", "", Inbox: null)]);
        var verdicts = await verifier.BatchAsync([two.Fujian.Licenses[PublicStation.HostileCode].Token, away.Issue(1).Token]);
        Assert.Equal("valid", verdicts[0].GetProperty("verdict").GetString());
        Assert.Equal(Codes.NotReady, verdicts[1].GetProperty("error").GetProperty("code").GetString());
        // At home, and alive there: nobody knows better. Elsewhere the one that is missing might.
        Assert.StartsWith("3501-", await verifier.NumberAsync(PublicStation.ValidCode), StringComparison.Ordinal);
        foreach (var code in (string[])[PublicStation.HostileCode, PublicStation.UnlicensedCode])
        {
            using var unsaid = await verifier.Http.GetAsync($"/api/v1/licenses/{code}", _cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unsaid.StatusCode);
        }

        var ready = await verifier.ReadyAsync();
        Assert.Equal([(3501, null), (6201, Codes.TrustMissing)], ready.Select(publication => (publication.GetProperty("authority").GetInt32(), publication.GetProperty("refusal").GetString())));
    }

    [Fact]
    public async Task The_card_of_another_authority_is_refused()
    {
        await using var verifier = await Verifier.StartAsync([Verifier.Follow(two.Fujian), Verifier.Follow(two.Guangdong) with { Authority = 4402 }]);
        Assert.Equal(Codes.IssuerScope, (await verifier.ReadyAsync())[1].GetProperty("refusal").GetString());
    }

    [Theory]
    [InlineData("""{"source": "relative", "authority": 1, "root": "R", "state": "/srv/1"}""", "source")]
    [InlineData("""{"source": "/srv/p", "authority": 1, "root": "12", "state": "/srv/1"}""", "root")]
    [InlineData("""{"source": "ftp://h/p", "authority": 1, "root": "R", "state": "/srv/1"}""", "source")]
    [InlineData("""{"source": "/srv/p", "authority": 1, "root": "R", "state": "srv"}""", "state")]
    [InlineData("""{"source": "/srv/p", "authority": 2, "root": "S", "state": "/srv/2"}""", "of its own")]
    public void What_cannot_be_followed_is_refused(string one, string says)
    {
        var file = Path.Combine(two.Fujian.Folder, Guid.NewGuid().ToString("N") + ".json");
        var other = """{"source": "https://gs.example.cn/publication/", "authority": 2, "root": "S", "state": "/srv/other"}""";
        File.WriteAllText(file, $$"""{"follows": [{{one}}, {{other}}]}""".Replace("\"R\"", $"\"{new string('a', 64)}\"", StringComparison.Ordinal)
            .Replace("\"S\"", $"\"{new string('b', 64)}\"", StringComparison.Ordinal));
        var refused = Assert.Throws<ELicense.Cli.CommandException>(() => Configuration.Read(file));
        Assert.Equal(Codes.ConfigFormat, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The public zone as elicense hosts it.</summary>
    private sealed class Verifier : IAsyncDisposable
    {
        private readonly string _folder;
        private readonly PortBlock _ports;
        private readonly PublicZone _zone;

        private Verifier(string folder, PortBlock ports, PublicZone zone)
        {
            (_folder, _ports, _zone) = (folder, ports, zone);
            Http = new HttpClient { BaseAddress = zone.Address };
        }

        public HttpClient Http { get; }

        public static FollowedSource Follow(PublicStation station) => TrustAnchor.TryRead(File.ReadAllBytes(Path.Combine(station.Publication, "trust.jws")), out var anchor, out _, out var refusal)
            ? new FollowedSource(station.Publication, anchor, station.Place.Number, "", "", Inbox: null)
            : throw new InvalidDataException(refusal.Detail);

        public static Task<Verifier> StartAsync(params PublicStation[] stations) => StartAsync([.. stations.Select(Follow)]);

        public static async Task<Verifier> StartAsync(IReadOnlyList<FollowedSource> sources)
        {
            var folder = Directory.CreateTempSubdirectory("elicense-several-").FullName;
            var ports = PortBlock.FirstFree(IPAddress.Loopback, 18400);
            var placed = sources.Select((source, i) => source with { Cache = Path.Combine(folder, $"cache{i}"), HighWater = Path.Combine(folder, $"mark{i}") }).ToList();
            var zone = await PublicZone.StartAsync(
                DataFolder.Open(Path.Combine(folder, "data")), new Configuration(), ports, new Uri("https://" + PublicStation.PublicHost), placed, PublicRoles.Verification,
                TimeProvider.System, TestContext.Current.CancellationToken);
            return new Verifier(folder, ports, zone);
        }

        public async Task<JsonElement[]> BatchAsync(IReadOnlyList<ReadOnlyMemory<byte>> tokens)
        {
            using var response = await Http.PostAsJsonAsync(
                "/api/v1/verifications/batch", new { artefacts = tokens.Select(token => Convert.ToBase64String(token.Span)) }, TestContext.Current.CancellationToken);
            return [.. (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("verdicts").EnumerateArray()];
        }

        public async Task<string?> VerdictAsync(PublicStation station, string code) =>
            (await BatchAsync([station.Licenses[code].Token]))[0].GetProperty("verdict").GetString();

        public async Task<string?> NumberAsync(string code) =>
            (await Http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{code}/status", TestContext.Current.CancellationToken)).GetProperty("licenseNumber").GetString();

        public async Task<JsonElement[]> ReadyAsync() =>
            [.. (await Http.GetFromJsonAsync<JsonElement>("/readyz", TestContext.Current.CancellationToken)).GetProperty("publications").EnumerateArray()];

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await _zone.DisposeAsync();
            _ports.Dispose();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
