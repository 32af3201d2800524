using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.BlackLists;
using ELicense.UnitTests.Docs;
using ELicense.UnitTests.Trust;
using ELicense.UnitTests.Verification;
using ELicense.Verification.Trust;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.BlackLists;

public sealed class ExchangeFileTests : IDisposable
{
    private static readonly string Published = TrustCardTests.Compact(FormatsDocument.Example("exchange"));
    private static readonly PersonMarkKey PersonKey = new(Convert.FromHexString(string.Concat(Enumerable.Repeat("07", 32))));

    private readonly TestAuthority _authority = new();
    private readonly SigningKey _exchange;
    private readonly VerifiedTrust _trust;

    public ExchangeFileTests()
    {
        _exchange = _authority.Make(Suite.Es256);
        var card = _authority.Card();
        _trust = _authority.Trust(card with { Keys = [.. card.Keys, TestAuthority.Trusted(KeyRole.Exchange, _exchange)] });
    }

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Writes_the_documented_file()
    {
        Assert.True(CreditCode.TryParse("91350100M000100Y43", out var code, out _));
        Assert.True(PersonIdentifier.TryCitizen("11010519491231002X", out var person, out _));
        var file = new ExchangeFile(TestAuthority.Origin, 1795312800, PersonKey.Kid,
        [
            new BlackListEntry(code, null, "被吊销营业执照未满三年", new DateOnly(2029, 11, 22)),
            new BlackListEntry(null, PersonKey.Mark(person), "个人负有责任", null),
        ]);

        Assert.True(Jws.TryParse(Encoding.ASCII.GetBytes(file.Sign(_exchange)), ExchangeFile.MaxBytes, out var jws, out _));

        Assert.Equal((Published, "elicense-exchange+jws"), (Encoding.UTF8.GetString(jws.Payload.Span), jws.Type));
    }

    [Fact]
    public void Reads_the_documented_file()
    {
        Assert.True(Open(Published, out var file, out var refusal), refusal.ToString());

        Assert.Equal((TestAuthority.Origin, 1795312800, 2), (file!.Origin, file.Issued, file.Entries.Count));
        Assert.Equal((new DateOnly(2029, 11, 22), "个人负有责任"), (file.Entries[0].Until, file.Entries[1].Ground));
    }

    /// <summary>Computed with OpenSSL: printf 'elicense person passport DEU:C01X00T47' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…</summary>
    [Fact]
    public void A_passport_has_the_mark_that_another_implementation_computes()
    {
        Assert.True(PersonIdentifier.TryPassport(" deu", "c01x00t47", out var person, out _));

        Assert.Equal("42cb7d4007e0eaa1bd822258d993133999b53d9d8ade123303e5379af8dcaddb", PersonKey.Mark(person).ToString());
    }

    [Fact]
    public void A_sealed_identifier_opens_under_its_key_and_for_its_mark_only()
    {
        Assert.True(PersonIdentifier.TryCitizen("11010519491231002X", out var person, out _));
        var sealedBytes = PersonKey.Seal(person);

        Assert.Equal("11010519491231002X", PersonKey.Open(sealedBytes, PersonKey.Mark(person))!.Text);
        Assert.NotEqual(sealedBytes, PersonKey.Seal(person));
        Assert.Null(PersonKey.Open(sealedBytes, default));
        Assert.Null(new PersonMarkKey(new byte[32]).Open(sealedBytes, PersonKey.Mark(person)));
        Assert.Null(PersonKey.Open(sealedBytes.AsSpan(0, 28), PersonKey.Mark(person)));
        Assert.DoesNotContain("1949", Encoding.ASCII.GetString(sealedBytes), StringComparison.Ordinal);
        Assert.Equal("(citizen)", person.ToString());
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":2", "unknown-format")]
    [InlineData("\"format\":1", "\"format\":1,\"format\":1", "malformed")]
    [InlineData("\"format\":1", "\"format\":1,\"more\":1", "malformed")]
    [InlineData("\"origin\":\"gs.example.cn/elicense\"", "\"origin\":\"gd.example.cn/elicense\"", "exchange-origin")]
    [InlineData("\"origin\":\"gs.example.cn/elicense\",", "", "malformed")]
    [InlineData("\"issued\":1795312800", "\"issued\":-1", "malformed")]
    [InlineData("\"issued\":1795312800", "\"issued\":253402300800", "malformed")]
    [InlineData("\"issued\":1795312800", "\"issued\":\"1795312800\"", "malformed")]
    [InlineData("\"entries\":", "\"entries\":null,\"others\":", "malformed")]
    [InlineData(",\"ground\":\"个人负有责任\"", "", "black-list-entry")]
    [InlineData("\"personKey\":\"782f30ce3e9f97e8\",", "", "malformed")]
    [InlineData("91350100M000100Y43", "91350100M000100Y44", "credit-code-check")]
    [InlineData("2029-11-22", "2029-02-29", "malformed")]
    [InlineData("\"ground\":\"个人负有责任\"", "\"ground\":\"\"", "black-list-entry")]
    [InlineData("\"ground\":\"个人负有责任\"", "\"ground\":null", "black-list-entry")]
    [InlineData("\"entries\":[{", "\"entries\":[null,{", "malformed")]
    [InlineData(",\"ground\":\"个人负有责任\"}]", ",\"ground\":\"个人负有责任\",\"uscc\":\"91350100M000100Y43\"}]", "black-list-entry")]
    public void Refuses_a_member_out_of_its_bounds(string right, string wrong, string code)
    {
        Assert.Contains(right, Published, StringComparison.Ordinal);

        Assert.False(Open(Published.Replace(right, wrong, StringComparison.Ordinal), out _, out var refusal));

        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void A_changed_character_never_throws_and_is_never_accepted()
    {
        var signed = Encoding.ASCII.GetBytes(Jws.Sign(_exchange, ExchangeFile.Type, Encoding.UTF8.GetBytes(Published)));
        Prop.ForAll<int, byte>((place, character) =>
        {
            var text = (byte[])signed.Clone();
            ref var changed = ref text[(place & int.MaxValue) % text.Length];
            if (changed == character)
                return true;
            changed = character;
            return !ExchangeFile.TryOpen(text, _trust, TestAuthority.Now, out _, out var refusal) && refusal.Code is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    /// <summary>Signed by the right key: what a faulty authority might send.</summary>
    [Fact]
    public void Signed_nonsense_never_throws()
    {
        Prop.ForAll<int, byte[]>((place, inserted) =>
        {
            var json = Encoding.UTF8.GetBytes(Published);
            var at = (place & int.MaxValue) % json.Length;
            var payload = json.AsSpan(0, at).ToArray().Concat(inserted).Concat(json.Skip(at + inserted.Length)).ToArray();
            ExchangeFile.TryOpen(Encoding.ASCII.GetBytes(Jws.Sign(_exchange, ExchangeFile.Type, payload)), _trust, TestAuthority.Now, out var file, out var refusal);
            return (file is null) == (refusal.Code is not null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private bool Open(string json, out ExchangeFile? file, out Refusal refusal) => ExchangeFile.TryOpen(
        Encoding.ASCII.GetBytes(Jws.Sign(_exchange, ExchangeFile.Type, Encoding.UTF8.GetBytes(json))), _trust, TestAuthority.Now, out file, out refusal);
}
