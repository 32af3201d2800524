using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Enterprises;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class FaceTests
{
    private const string Office = "福州市市场监督管理局";
    private static readonly DateOnly Approved = new(2026, 1, 5);

    /// <summary>As in docs/formats.md.</summary>
    internal static readonly EnterpriseDraft Company = new()
    {
        Kind = "有限责任公司(自然人独资)",
        Uscc = "91350100M000100Y43",
        Name = "福州示例有限公司",
        LegalRepresentative = "陈一",
        RegisteredCapital = "530万人民币",
        EstablishedOn = "2015-10-01",
        TermFrom = "2015-10-01",
        TermTo = "2035-09-30",
        Address = "福州市鼓楼区示例路1号",
        BusinessScope = "软件开发；信息技术咨询服务",
    };

    [Fact]
    public void Takes_a_company()
    {
        var face = Make(Company);
        Assert.Equal(EnterpriseKind.Company, face.Kind);
        Assert.Equal("有限责任公司(自然人独资)", face.KindText);
        Assert.Equal("陈一", face.Representative);
        Assert.Equal(new RegisteredCapital(530_000_000, "CNY"), face.Capital);
        Assert.Equal(new DateOnly(2035, 9, 30), face.TermTo);
        Assert.Equal(Approved, face.ApprovedOn);
        Assert.Equal(Office, face.OfficeName);
    }

    [Fact]
    public void The_drafts_own_day_of_approval_comes_first() =>
        Assert.Equal(new DateOnly(2025, 12, 31), Make(Company with { ApprovedOn = "2025-12-31" }).ApprovedOn);

    [Fact]
    public void What_is_not_available_is_absent()
    {
        var face = Make(Company with { RegisteredCapital = "N/A", Address = "n/a", BusinessScope = " ", TermFrom = "", TermTo = null });
        Assert.Null(face.Capital);
        Assert.Null(face.Address);
        Assert.Null(face.BusinessScope);
        Assert.Null(face.TermTo);
    }

    [Fact]
    public void An_api_name_of_a_kind_is_printed_in_chinese() => Assert.Equal("公司", Make(Company with { Kind = "company" }).KindText);

    public static TheoryData<string, EnterpriseDraft> OwnRepresentatives => new()
    {
        { "partnership", new EnterpriseDraft { ManagingPartner = "陈二" } },
        { "sole-proprietorship", new EnterpriseDraft { Investor = "陈二" } },
        { "sole-trader", new EnterpriseDraft { Operator = "陈二" } },
        { "branch", new EnterpriseDraft { Principal = "陈二" } },
        { "branch", new EnterpriseDraft { LegalRepresentative = "陈二" } },
    };

    [Theory]
    [MemberData(nameof(OwnRepresentatives))]
    public void Each_kind_has_its_own_representative(string kind, EnterpriseDraft draft) =>
        Assert.Equal("陈二", Make(draft with { Kind = kind, Uscc = Company.Uscc, Name = "示例", EstablishedOn = "2015-10-01" }).Representative);

    public static TheoryData<EnterpriseDraft, string> Refused => new()
    {
        { Company with { Kind = null }, Codes.FieldMissing },
        { Company with { Kind = "农民专业合作社" }, Codes.KindUnknown },
        { Company with { Uscc = "N/A" }, Codes.FieldMissing },
        { Company with { Uscc = "91350100M000100Y42" }, Codes.CreditCodeCheck },
        { Company with { Name = "" }, Codes.FieldMissing },
        { Company with { Name = "=HYPERLINK(1)" }, Codes.Formula },
        { Company with { Name = new string('名', 121) }, Codes.TextTooLong },
        { Company with { BusinessScope = new string('营', 4001) }, Codes.TextTooLong },
        { Company with { Address = "福州\u202E市" }, Codes.TextForbidden },
        { Company with { LegalRepresentative = null }, Codes.FieldMissing },
        { Company with { Operator = "陈二" }, Codes.FieldNotAllowed },
        { Company with { CompositionForm = "个人经营" }, Codes.FieldNotAllowed },
        { Company with { Kind = "branch" }, Codes.FieldNotAllowed },
        { Company with { RegisteredCapital = "很多" }, Codes.CapitalFormat },
        { Company with { EstablishedOn = null }, Codes.FieldMissing },
        { Company with { EstablishedOn = "2024-02-30" }, Codes.DateFormat },
        { Company with { EstablishedOn = "2024-2-3" }, Codes.DateFormat },
        { Company with { EstablishedOn = "２024-02-03" }, Codes.DateFormat },
        { Company with { TermFrom = "2035-10-01" }, Codes.TermOrder },
        { Company with { TermTo = "2015-09-30" }, Codes.TermOrder },
        { Company with { Kind = "sole-trader", LegalRepresentative = "陈一", Operator = "陈一" }, Codes.FieldNotAllowed },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses_a_wrong_draft(EnterpriseDraft draft, string code)
    {
        Assert.False(Face.TryCreate(draft, Office, Approved, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Decodes_what_it_encodes()
    {
        var face = Make(Company);
        Assert.True(Face.TryDecode(face.Encode(), out var read, out _));
        Assert.Equal(face, read);
    }

    [Fact]
    public void An_enterprise_older_than_1970_keeps_its_day() =>
        Assert.Equal(new DateOnly(1912, 2, 5), Decode(Make(Company with { EstablishedOn = "1912-02-05", TermFrom = null }).Encode()).EstablishedOn);

    [Fact]
    public void A_face_at_all_its_limits_fits_its_bound() => Decode(Make(Company with
    {
        Name = new string('名', 120),
        LegalRepresentative = new string('人', 100),
        Address = new string('址', 300),
        BusinessScope = new string('营', 4000),
    }).Encode());

    public static TheoryData<string, byte[], string> RefusedBytes
    {
        get
        {
            var face = Make(Company).Encode();
            return new()
            {
                { "nothing", [], Codes.Malformed },
                { "a trailing byte", [.. face, 0], Codes.Malformed },
                { "a cut end", face[..^1], Codes.Malformed },
                { "an array", [0x80], Codes.Malformed },
                { "a number longer than needed", [face[0], 0x18, 0x01, .. face[2..]], Codes.NotCanonical },
                { "an indefinite map", [0xBF, .. face[1..], 0xFF], Codes.NotCanonical },
                { "kind 9", [face[0], 0x01, 0x09, .. face[3..]], Codes.Malformed },
                { "an unknown field", Rewrite(map => map.Add((99, writer => writer.WriteInt32(1)))), Codes.Malformed },
                { "a null field", Rewrite(map => map.Add((14, writer => writer.WriteNull()))), Codes.Malformed },
                { "a field of another kind", Rewrite(map => map.Add((14, writer => writer.WriteTextString("个人经营")))), Codes.FieldNotAllowed },
                { "an empty field", Rewrite(map => map.Add((12, writer => writer.WriteTextString("")))), Codes.NotCanonical },
                { "no approval", Rewrite(map => map.RemoveAt(7)), Codes.FieldMissing },
                { "an unclean name", Rewrite(map => map[2] = (3, writer => writer.WriteTextString(" 示例"))), Codes.NotCanonical },
                { "a day outside the calendar", Rewrite(map => map[6] = (7, writer => writer.WriteInt32(int.MinValue))), Codes.Malformed },
                { "a day beyond 32 bits", Rewrite(map => map[6] = (7, writer => writer.WriteInt64(long.MaxValue))), Codes.Malformed },
                { "16 KB and one byte", new byte[(16 * 1024) + 1], Codes.TooLarge },
            };
        }
    }

    [Theory]
    [MemberData(nameof(RefusedBytes))]
    public void Refuses_other_bytes(string because, byte[] bytes, string code)
    {
        Assert.False(Face.TryDecode(bytes, out _, out var refusal), because);
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Bytes_with_a_flipped_bit_are_refused_or_canonical()
    {
        var face = Make(Company).Encode();
        for (var bit = 0; bit < face.Length * 8; bit++)
        {
            var changed = (byte[])face.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(!Face.TryDecode(changed, out var read, out _) || read.Encode().AsSpan().SequenceEqual(changed));
        }
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Select(tail => (byte[])[0xA2, 0x01, 0x01, .. tail]).ToArbitrary(),
            bytes => !Face.TryDecode(bytes, out var face, out _) || face.Encode().AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    private static Face Make(EnterpriseDraft draft)
    {
        Assert.True(Face.TryCreate(draft, Office, Approved, out var face, out var refusal), refusal.ToString());
        return face;
    }

    private static Face Decode(byte[] bytes)
    {
        Assert.True(Face.TryDecode(bytes, out var face, out var refusal), refusal.ToString());
        return face;
    }

    /// <summary>A face of eight fields written by hand, with one thing changed.</summary>
    private static byte[] Rewrite(Action<List<(int Key, Action<CborWriter> Value)>> change)
    {
        List<(int Key, Action<CborWriter> Value)> map =
        [
            (1, writer => writer.WriteInt32(1)),
            (2, writer => writer.WriteTextString("91350100M000100Y43")),
            (3, writer => writer.WriteTextString("示例")),
            (4, writer => writer.WriteTextString("公司")),
            (5, writer => writer.WriteTextString(Office)),
            (6, writer => writer.WriteTextString("陈一")),
            (7, writer => writer.WriteInt32(100)),
            (8, writer => writer.WriteInt32(200)),
        ];
        change(map);
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(map.Count);
        foreach (var (key, value) in map)
        {
            writer.WriteInt32(key);
            value(writer);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }
}
