using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Delegates;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ELicense.IntegrationTests;

/// <summary>An authority with software keys and a register of its own, its publication in a folder, followed; the station that derives from it serves something over that.</summary>
public abstract class AuthorityStation : IAsyncLifetime
{
    public const string PublicHost = "gs.example.cn";
    public const string Office = "福州市鼓楼区市场监督管理局";

    private protected static readonly Officer Clerk = new("person-1", "李四", 1);
    private protected static readonly Officer Approver = new("person-2", "王五", 1);

    private readonly List<IDisposable> _owned = [];
    private readonly List<HttpClient> _clients = [];
    private readonly TimeProvider _clock;
    private TestIssuers _delegateCa = null!;

    private protected AuthorityStation(TimeProvider clock) => _clock = clock;

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-station-").FullName;

    public string Publication => Path.Combine(Folder, "publication");

    /// <summary>Requests of delegates, and filings.</summary>
    public string Inbox => Path.Combine(Folder, "inbox");

    /// <summary>Of the authority, and the one region of its card. Set before <see cref="InitializeAsync"/>.</summary>
    public (int Number, string Region) Place { get; init; } = (3501, "35");

    /// <summary>The newest, by code.</summary>
    public Dictionary<string, ReleasedLicense> Licenses { get; } = [];

    public AuthorityKeys Keys { get; private set; } = null!;

    public LicensingAuthority Authority { get; private set; } = null!;

    public Publisher Publisher { get; private set; } = null!;

    public PublicationFollower Follower { get; private set; } = null!;

    private protected SigningKey Root { get; private set; } = null!;

    private protected AuthoritySettings Settings { get; private set; } = null!;

    private protected Register Register { get; private set; } = null!;

    private protected WebApplication? App { get; set; }

    /// <summary>Null: the publication is read from its folder.</summary>
    private protected WebApplication? PublicationServer { get; set; }

    public abstract ValueTask InitializeAsync();

    /// <summary>Publishes what happened, and has the public side follow.</summary>
    public virtual async Task PublishAsync()
    {
        Assert.Null((await Publisher.PublishAsync()).Refusal);
        Assert.Null((await Follower.PollAsync(CancellationToken.None)).Refusal);
    }

    public ReleasedLicense Issue(string code, string name, string? termTo = null) => Licenses[code] = CarryOut(new IssuanceContent(FaceOf(code, name, termTo))).License!;

    /// <summary>A new version under another name; the former one is superseded.</summary>
    public ReleasedLicense Amend(string code, string name)
    {
        var former = Licenses[code];
        return Licenses[code] = CarryOut(new AmendmentContent(MatterType.Amendment, former.Number, former.Version, FaceOf(code, name, termTo: null))).License!;
    }

    public void Change(MatterType type, string code)
    {
        var license = Licenses[code];
        CarryOut(new StandingContent(type, license.Number, license.Version, reason: type switch { MatterType.Suspension => 10, MatterType.Revocation => 40, MatterType.Cancellation => 60, _ => 0 }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var server in (WebApplication?[])[App, PublicationServer])
        {
            if (server is null)
                continue;
            await server.StopAsync(); // waits for the work in the background, which disposing alone does not
            await server.DisposeAsync();
        }

        _owned.Reverse();
        foreach (var owned in _owned)
            owned.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Keys, a card signed by the root with one delegation, the directory of offices; then register, publisher and follower.</summary>
    /// <param name="more">Adds to the keys that every authority has, and says what the card has of them.</param>
    /// <param name="answers">Signs answers to filings; null: nobody does.</param>
    private protected void Found(string delegateRole, string delegateUsage, Func<AuthorityKeys, (AuthorityKeys Keys, TrustedKey[] InCard)>? more = null, Func<SigningKey>? answers = null)
    {
        var now = _clock.GetUtcNow();
        Root = NewKey(Suite.Es256);
        _delegateCa = Own(new TestIssuers(Root, NewKey(Suite.Es256)));
        var keys = new AuthorityKeys(NewKey(Suite.Es256), NewKey(Suite.Es256), NewKey(Suite.Ed25519), NewKey(Suite.Ed25519));
        (Keys, var others) = more?.Invoke(keys) ?? (keys, []);
        var card = TestCards.Card(
            now, PublicHost, Root, keys.License, keys.Status, keys.Log, keys.Clock, [TestCards.Ca(KeyRole.OfficersCa, _delegateCa.Subordinate, now), .. others]) with
        {
            AuthorityNumber = Place.Number,
            AuthorityName = new BilingualText("示范省市场监督管理局", "Demonstration Province Administration for Market Regulation"),
            IdentifierIssuer = "11350100000000000A",
            Regions = [Place.Region],
            LicenseLists = new ListRange(1, 8),
            CertificateLists = new ListRange(1001, 1008),
            Delegations = [new Delegation(delegateRole, _delegateCa.Subordinate.Kid, delegateUsage)],
        };
        var offices = new Dictionary<int, BilingualText> { [1] = new(Office, "Gulou District Administration for Market Regulation") };
        Directory.CreateDirectory(Publication);
        var anchor = TrustAnchor.Fingerprint(Digest.Of(Root.PublicKey.SubjectPublicKeyInfo.Span));
        var trust = new TrustPublisher(Publication, anchor);
        if (!trust.TryPublish(card.Sign(Root), now, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        trust.PublishOffices(new OfficeDirectory(1, card.Issued, card.AuthorityNumber, offices), Keys.Status);

        Settings = AuthoritySettings.From(card, offices, new Uri("https://" + PublicHost), Publication, Path.Combine(Folder, "high-water"));
        Register = Own(Register.OpenSqlite(Path.Combine(Folder, "register.db")));
        Authority = new LicensingAuthority(Register, Settings, Keys, _clock);
        Publisher = Own(new Publisher(Register, Settings, Keys, _clock) { Answers = answers is null ? null : new PublishedAnswers(Settings, Register, answers()) });
        Follower = Own(new PublicationFollower(PublicationSource.Open(Publication), new FollowerSettings(anchor, null, null), _clock));
    }

    /// <summary>A key of the public zone for the role of the card, certified through inbox and publication.</summary>
    private protected async Task<(StatementDelegates Delegates, NamedDelegate Named)> DelegateAsync(string role)
    {
        var key = SoftwareSigningKey.Generate(Suite.Es256);
        var named = new NamedDelegate(role, Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span));
        var delegates = Own(new StatementDelegates(role, PublicationSource.Open(Publication), Inbox, () => key, _clock));
        var desk = new DelegateDesk(
            new DelegateSettings(Inbox, Publication, () => [named], TimeSpan.FromDays(14)),
            [_delegateCa.Subordinate], () => Follower.View!.Trust.Card, new AuditLog(Register, _clock), new ClockConfirmation(Register, Settings, _clock));
        await delegates.RefreshAsync(Follower.View!.Trust, CancellationToken.None);
        Assert.Null(Assert.Single(desk.Run()).Refusal);
        Assert.Null(await delegates.RefreshAsync(Follower.View.Trust, CancellationToken.None));
        return (delegates, named);
    }

    private protected virtual CarryOutResult CarryOut(MatterContent content)
    {
        if (!Authority.TryApply(Clerk, content, out var matter, out var refusal)
            || !Authority.TryApprove(Approver, matter.Id, matter.ContentHash, out var approved, out refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }

        var result = Authority.CarryOut([approved])[0];
        return result.Refusal is { } why ? throw new InvalidOperationException(why.ToString()) : result;
    }

    private protected SoftwareSigningKey NewKey(Suite suite) => Own(SoftwareSigningKey.Generate(suite));

    private protected HttpClient OwnClient(HttpClient client)
    {
        _clients.Add(client);
        return client;
    }

    private protected T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    private static Face FaceOf(string code, string name, string? termTo)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "company",
            Uscc = code,
            Name = name,
            LegalRepresentative = "林晓岚",
            RegisteredCapital = "530万人民币",
            EstablishedOn = "2019-03-18",
            TermFrom = "2019-03-18",
            TermTo = termTo,
            Address = "福建省福州市鼓楼区五四路158号环球广场12层",
            BusinessScope = "食用农产品批发；茶具销售；互联网销售（除销售需要许可的商品）；茶叶种植；信息咨询服务（不含许可类信息咨询服务）。",
        };
        return Face.TryCreate(draft, Office, new DateOnly(2026, 1, 5), out var face, out var refusal) ? face : throw new InvalidOperationException(refusal.ToString());
    }
}
