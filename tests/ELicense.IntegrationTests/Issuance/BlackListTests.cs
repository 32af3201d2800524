using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using ELicense.Issuance.Publishing;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class BlackListTests : IDisposable
{
    // The example of GB 11643-1999.
    private const string IdentityNumber = "11010519491231002X";

    private static readonly OfficeTree Offices = new(new Dictionary<int, int?> { [1] = null });

    private static readonly Officer Supervisor = new("person-3", "赵六", 1);
    private static readonly PersonMarkKey PersonKey = new(Enumerable.Repeat((byte)7, 32).ToArray());

    private readonly Counter _counter;
    private readonly BlackList _list;
    private readonly BlackListChanges _changes;
    private readonly OtherAuthority _other = new();

    protected BlackListTests(DatabaseServer databases)
    {
        _counter = new Counter(databases: databases);
        _list = new BlackList(_counter.Register, PersonKey, _counter.Clock);
        _changes = new BlackListChanges(_counter.Register, Offices, _counter.Clock);
    }

    public void Dispose()
    {
        _counter.Dispose();
        _other.Dispose();
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
        var mark = List(new BlackListEntry(null, Mark(), "个人负有责任", null)).Person;

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
        Assert.False(PersonIdentifier.TryCitizen(number, out _, out var refusal));

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
        Assert.False(Import(File(3, 3, key: _other.Root)));
        Assert.Equal(Codes.KeyRole, _refusal.Code);
        Assert.False(Import(File(3, 3, origin: "other.example.cn/elicense")));
        Assert.Equal(Codes.ExchangeOrigin, _refusal.Code);
        Assert.Single(_list.Find(Enterprise.Code(2)));
    }

    [Fact]
    public void What_is_exported_is_the_own_list_and_can_be_opened_by_others()
    {
        Import(File(1, 2));
        var mark = Mark();
        List(1);
        List(new BlackListEntry(null, mark, "个人负有责任", new DateOnly(2029, 1, 1)) { Identifier = PersonKey.Seal(Person()) });

        var exported = Encoding.ASCII.GetBytes(_list.Export("gd.example.cn/elicense").Sign(_other.Exchange));

        Assert.True(ExchangeFile.TryOpen(exported, Trust(), _counter.Clock.Now, out var file, out var refusal), refusal.ToString());
        Assert.Equal(PersonKey.Kid, file.PersonKey);
        Assert.Equal(
            [new BlackListEntry(Enterprise.Code(1), null, "被吊销后未满三年", null), new BlackListEntry(null, mark, "个人负有责任", new DateOnly(2029, 1, 1))], file.Entries);
        Assert.DoesNotContain(IdentityNumber, Encoding.ASCII.GetString(exported), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_publisher_signs_the_own_list_anew_when_it_has_changed_and_only_then()
    {
        using var publisher = new Publisher(_counter.Register, _counter.Settings, _counter.Keys, _counter.Clock)
        {
            Exchange = new PublishedExchange(_counter.Settings with { Origin = OtherAuthority.Origin }, _list, _other.Exchange),
        };
        Assert.Null(await PublishAsync(publisher));
        List(1);
        _counter.Clock.Now += TimeSpan.FromMinutes(1);

        var first = await PublishAsync(publisher);
        _counter.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(first, await PublishAsync(publisher));
        List(2);
        var second = await PublishAsync(publisher);

        Assert.True(ExchangeFile.TryOpen(first, Trust(), _counter.Clock.Now, out var former, out var refusal), refusal.ToString());
        Assert.True(ExchangeFile.TryOpen(second, Trust(), _counter.Clock.Now, out var newer, out refusal), refusal.ToString());
        Assert.Equal((1, 2), (former.Entries.Count, newer.Entries.Count));
        Assert.True(newer.Issued > former.Issued);
    }

    private async Task<byte[]?> PublishAsync(Publisher publisher)
    {
        Assert.Null((await publisher.PublishAsync(TestContext.Current.CancellationToken)).Refusal);
        var file = Path.Combine(_counter.Settings.PublicationFolder, "exchange", "black-list.jws");
        return System.IO.File.Exists(file) ? await System.IO.File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken) : null;
    }

    private Refusal _refusal;

    private bool Import(string file) => _list.TryImport(Supervisor, Encoding.ASCII.GetBytes(file), Trust(), out _, out _refusal);

    private void List(int number, DateOnly? until = null) => List(new BlackListEntry(Enterprise.Code(number), null, "被吊销后未满三年", until));

    private BlackListEntry List(BlackListEntry entry)
    {
        Assert.True(_changes.TryPropose(Standing(Supervisor), BlackListChange.Listing(entry), out var proposed, out var refusal), refusal.ToString());
        Assert.True(_changes.TryConfirm(Standing(new Officer("person-4", "孙七", 1)), proposed.Id, proposed.ContentHash, out refusal), refusal.ToString());
        return entry;
    }

    private static OfficerStanding Standing(Officer officer) => new(officer, [new RoleGrant(OfficerRole.Supervisor, 1)], Offices);

    private static Digest Mark() => PersonKey.Mark(Person());

    private static PersonIdentifier Person() =>
        PersonIdentifier.TryCitizen(IdentityNumber, out var person, out var refusal) ? person : throw new InvalidOperationException(refusal.ToString());

    private string File(long issued, int number, SigningKey? key = null, string origin = "gd.example.cn/elicense") =>
        new ExchangeFile(origin, issued, null, [new BlackListEntry(Enterprise.Code(number), null, "被吊销", null)]).Sign(key ?? _other.Exchange);

    private VerifiedTrust Trust() => _other.Trust(_counter.Clock.Now);
}

public sealed class BlackListOnSqliteTests() : BlackListTests(EmbeddedDatabases.Instance);

public sealed class BlackListOnPostgresTests(PostgresCluster cluster) : BlackListTests(cluster);
