using System.Text;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Matters;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class BlackListTests : IDisposable
{
    // The example of GB 11643-1999.
    private const string IdentityNumber = "11010519491231002X";

    private static readonly Officer Supervisor = new("person-3", "赵六", 1);
    private static readonly PersonMarkKey PersonKey = new(Enumerable.Repeat((byte)7, 32).ToArray());

    private readonly Counter _counter;
    private readonly BlackList _list;
    private readonly SoftwareSigningKey _root = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SoftwareSigningKey _exchange = SoftwareSigningKey.Generate(Suite.Es256);

    protected BlackListTests(DatabaseServer databases)
    {
        _counter = new Counter(databases: databases);
        _list = new BlackList(_counter.Register, PersonKey, _counter.Clock);
    }

    public void Dispose()
    {
        _counter.Dispose();
        _root.Dispose();
        _exchange.Dispose();
    }

    [Fact]
    public void A_listed_enterprise_gets_neither_license_nor_amendment_and_is_told_the_ground()
    {
        var license = _counter.Issue(2);
        List(1);
        List(2);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Issuance(1), out _, out var issuance));
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Amendment(license, 2), out _, out var amendment));

        Assert.Equal((Codes.BlackListed, Codes.BlackListed), (issuance.Code, amendment.Code));
        Assert.Contains("被吊销后未满三年", issuance.Detail, StringComparison.Ordinal);
        Assert.NotNull(_counter.Apply(Enterprise.Issuance(3)));
    }

    [Fact]
    public void One_listed_between_application_and_carrying_out_is_refused()
    {
        var approved = _counter.Approve(_counter.Apply(Enterprise.Issuance(1)));
        List(1);

        var result = _counter.Authority.CarryOut([approved])[0];

        Assert.Equal((MatterState.Refused, Codes.BlackListed), (result.State, result.Refusal!.Value.Code));
    }

    [Fact]
    public void An_entry_ends_after_its_last_day()
    {
        List(1, until: new DateOnly(2026, 11, 22));

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Issuance(1), out _, out _));
        _counter.Clock.Now += TimeSpan.FromDays(1);

        Assert.NotNull(_counter.Apply(Enterprise.Issuance(1)));
    }

    [Fact]
    public void A_barred_person_is_known_by_the_identifier_whatever_the_enterprise_and_the_name()
    {
        Assert.True(PersonKey.TryMarkCitizen(IdentityNumber, out var mark, out _));
        Assert.True(_list.TryAdd(Supervisor, new BlackListEntry(null, mark, "个人负有责任", null), out _));

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Issuance(1) with { Representative = mark }, out _, out var refusal));

        Assert.Equal(Codes.BlackListed, refusal.Code);
        Assert.NotNull(_counter.Apply(Enterprise.Issuance(2)));
    }

    [Theory]
    [InlineData("110105194912310021")]
    [InlineData("1101051949123100")]
    [InlineData("１１０１０５19491231002X")]
    [InlineData(null)]
    public void A_wrong_identity_number_has_no_mark_and_is_not_repeated_in_the_answer(string? number)
    {
        Assert.False(PersonKey.TryMarkCitizen(number, out _, out var refusal));

        Assert.Equal(Codes.PersonIdentifier, refusal.Code);
        Assert.DoesNotContain(number ?? "?", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_supervisors_override_lets_one_content_pass_and_is_kept_with_its_ground()
    {
        List(1);
        var draft = _counter.Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));
        var seen = new Approval(draft.Id, draft.ContentHash);
        Assert.False(_counter.Authority.TrySubmit(Counter.Clerk, seen, out _, out _));

        Assert.True(_list.TryOverride(Supervisor, seen, "法院判决撤销吊销决定", out _));
        Assert.True(_counter.Authority.TrySubmit(Counter.Clerk, seen, out var submitted, out _));

        Assert.Equal(MatterState.Done, _counter.Authority.CarryOut([_counter.Approve(submitted)])[0].State);
        var given = Assert.Single(_list.Overrides(draft.Id));
        Assert.Equal(("person-3", "法院判决撤销吊销决定", draft.ContentHash), (given.Person, given.Ground, given.ContentHash));
    }

    [Fact]
    public void An_override_is_not_for_another_content()
    {
        List(1);
        var draft = _counter.Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));
        var seen = new Approval(draft.Id, draft.ContentHash);
        _list.TryOverride(Supervisor, seen, "法院判决", out _);
        _counter.Authority.TryEdit(Counter.Clerk, seen, Enterprise.Issuance(Enterprise.Draft(1) with { Address = "别处" }), out var edited, out _);

        Assert.False(_counter.Authority.TrySubmit(Counter.Clerk, new Approval(draft.Id, edited!.ContentHash), out _, out var refusal));

        Assert.Equal(Codes.BlackListed, refusal.Code);
    }

    [Fact]
    public void The_applicant_does_not_override_for_the_own_matter()
    {
        var draft = _counter.Authority.Draft(Counter.Clerk, Enterprise.Issuance(1));

        Assert.False(_list.TryOverride(Counter.Clerk, new Approval(draft.Id, draft.ContentHash), "无", out var refusal));

        Assert.Equal(Codes.SamePerson, refusal.Code);
    }

    [Fact]
    public void Another_authoritys_file_is_imported_with_its_source_and_replaced_by_a_newer_one()
    {
        Assert.True(Import(File(1, 1)), _refusal.ToString());
        Assert.Equal("gd.example.cn/elicense", Assert.Single(_list.Find(Enterprise.Code(1))).Source);
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Enterprise.Issuance(1), out _, out var refusal));
        Assert.Contains("gd.example.cn/elicense", refusal.Detail, StringComparison.Ordinal);

        Assert.True(Import(File(2, 2)));

        Assert.Empty(_list.Find(Enterprise.Code(1)));
        Assert.Single(_list.Find(Enterprise.Code(2)));
    }

    [Fact]
    public void An_older_file_or_one_of_another_key_or_origin_changes_nothing()
    {
        Assert.True(Import(File(2, 2)));

        Assert.False(Import(File(1, 1)));
        Assert.Equal(Codes.ExchangeRollback, _refusal.Code);
        Assert.False(Import(File(3, 3, key: _root)));
        Assert.Equal(Codes.KeyRole, _refusal.Code);
        Assert.False(Import(File(3, 3, origin: "other.example.cn/elicense")));
        Assert.Equal(Codes.ExchangeOrigin, _refusal.Code);
        Assert.Single(_list.Find(Enterprise.Code(2)));
    }

    [Fact]
    public void What_is_exported_is_the_own_list_and_can_be_opened_by_others()
    {
        Import(File(1, 2));
        PersonKey.TryMarkCitizen(IdentityNumber, out var mark, out _);
        List(1);
        _list.TryAdd(Supervisor, new BlackListEntry(null, mark, "个人负有责任", new DateOnly(2029, 1, 1)), out _);

        var exported = _list.Export("gd.example.cn/elicense", _exchange);

        Assert.True(ExchangeFile.TryOpen(exported, Trust(), _counter.Clock.Now, out var file, out var refusal), refusal.ToString());
        Assert.Equal(PersonKey.Kid, file.PersonKey);
        Assert.Equal(
            [new BlackListEntry(Enterprise.Code(1), null, "被吊销后未满三年", null), new BlackListEntry(null, mark, "个人负有责任", new DateOnly(2029, 1, 1))], file.Entries);
        Assert.DoesNotContain(IdentityNumber, Encoding.ASCII.GetString(exported), StringComparison.Ordinal);
    }

    private Refusal _refusal;

    private bool Import(string file) => _list.TryImport(Supervisor, Encoding.ASCII.GetBytes(file), Trust(), out _, out _refusal);

    private void List(int number, DateOnly? until = null) =>
        Assert.True(_list.TryAdd(Supervisor, new BlackListEntry(Enterprise.Code(number), null, "被吊销后未满三年", until), out _));

    private string File(long issued, int number, SigningKey? key = null, string origin = "gd.example.cn/elicense") =>
        new ExchangeFile(origin, issued, null, [new BlackListEntry(Enterprise.Code(number), null, "被吊销", null)]).Sign(key ?? _exchange);

    private VerifiedTrust Trust()
    {
        var (settings, now) = (_counter.Settings, _counter.Clock.Now.ToUnixTimeSeconds());
        TrustedKey Entry(KeyRole role, SigningKey key) => new(
            role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, null, now - 3600, now + (300 * 86400));
        var keys = _counter.Keys;
        var card = new TrustCard
        {
            Version = 1,
            Issued = now,
            Expires = now + (300 * 86400),
            AuthorityNumber = 4400,
            AuthorityName = new BilingualText("广东省市场监督管理局", "Guangdong"),
            Origin = "gd.example.cn/elicense",
            IdentifierIssuer = settings.IdentifierIssuer,
            IdentifierRoot = settings.IdentifierRoot,
            Regions = ["44"],
            LicenseLists = settings.LicenseLists,
            CertificateLists = new ListRange(100, 101),
            LicenseStatusBase = "https://gd.example.cn/publication/status/licenses",
            CertificateStatusBase = "https://gd.example.cn/publication/status/certificates",
            QrHosts = ["gd.example.cn"],
            MaxAge = 86400,
            Keys =
            [
                Entry(KeyRole.Root, _root), Entry(KeyRole.License, keys.License), Entry(KeyRole.Status, keys.Status), Entry(KeyRole.Log, keys.Log),
                Entry(KeyRole.Clock, keys.Clock), Entry(KeyRole.Exchange, _exchange),
            ],
            Delegations = [],
        };
        var jws = Encoding.ASCII.GetBytes(Jws.Sign(_root, TrustCard.Type, card.EncodeJson()));
        var anchor = TrustAnchor.Fingerprint(Digest.Of(_root.PublicKey.SubjectPublicKeyInfo.Span));
        Assert.True(VerifiedTrust.TryOpen(jws, anchor, _counter.Clock.Now, out var trust, out var refusal), refusal.ToString());
        return trust;
    }
}

public sealed class BlackListOnSqliteTests() : BlackListTests(EmbeddedDatabases.Instance);

public sealed class BlackListOnPostgresTests(PostgresCluster cluster) : BlackListTests(cluster);
