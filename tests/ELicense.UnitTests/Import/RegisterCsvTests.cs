using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Import;
using ELicense.UnitTests.Docs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Import;

public sealed class RegisterCsvTests
{
    internal const string Header = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址\n";
    internal const string First = "福州示例有限公司,91350100M000100Y43,2015-10-01,有限责任公司,陈一,530万人民币,软件开发,福建,福州,示例路1号\n";
    private const string Second = "华为技术有限公司,914403001922038216,1987-09-15,有限责任公司(法人独资),陈二,\"1,088(万元人民币)\",程控交换机,广东,深圳,龙岗区\n";
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    [Fact]
    public void Reads_a_row_into_a_draft()
    {
        var row = Assert.Single(Read(Header + Second));
        Assert.Equal(1, row.Row);
        Assert.Equal(
            new EnterpriseDraft
            {
                Name = "华为技术有限公司",
                Uscc = "914403001922038216",
                EstablishedOn = "1987-09-15",
                Kind = "有限责任公司(法人独资)",
                LegalRepresentative = "陈二",
                RegisteredCapital = "1,088(万元人民币)",
                BusinessScope = "程控交换机",
                Address = "龙岗区",
            },
            row.Draft);
    }

    [Fact]
    public void Every_row_of_the_sample_becomes_a_face()
    {
        using var stream = File.OpenRead(Path.Combine(FormatsDocument.RepositoryRoot, "src", "ELicense.Cli", "Demo", "enterprises.csv"));
        var rows = RegisterCsv.Read(stream).ToList();
        Assert.Equal(19, rows.Count);
        Assert.All(rows, row => Assert.True(Face.TryCreate(row.Draft!, "示例市市场监督管理局", new DateOnly(2026, 1, 5), out _, out _)));
    }

    [Fact]
    public void Reads_utf8_with_a_byte_order_mark() => Assert.Single(Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Header + First)]), row => row.Draft is not null);

    [Fact]
    public void Reads_gb18030() => Assert.Equal("福州示例有限公司", Assert.Single(Read(Gb18030.GetBytes(Header + First))).Draft?.Name);

    [Fact]
    public void Reads_gb18030_beyond_two_bytes() =>
        Assert.Equal("㐀𠮷有限公司", Assert.Single(Read(Gb18030.GetBytes(Header + First.Replace("福州示例有限公司", "㐀𠮷有限公司", StringComparison.Ordinal)))).Draft?.Name);

    [Fact]
    public void Reads_columns_in_another_order_with_others_between()
    {
        var row = Assert.Single(Read("注册地址,地区,备注,所在省份,经营范围,注册资金,法人代表,企业类型,注册日期,统一社会信用代码,企业名称\r\n"
            + "示例路1号,福州,无,福建,软件开发,530万人民币,陈一,有限责任公司,2015-10-01,91350100M000100Y43,福州示例有限公司\r\n"));
        Assert.Equal("福州示例有限公司", row.Draft?.Name);
        Assert.Equal("示例路1号", row.Draft?.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("a,b,c\n1,2,3\n")]
    [InlineData("企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区\n")]
    public void Refuses_a_file_without_a_column(string text)
    {
        var row = Assert.Single(Read(text));
        Assert.Equal(0, row.Row);
        Assert.Equal(Codes.ColumnMissing, row.Refusal?.Code);
    }

    [Fact]
    public void Refuses_a_file_in_utf16() => Assert.Equal(0, Assert.Single(Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Header + First)])).Row);

    [Fact]
    public void What_is_not_available_is_absent() => Assert.Null(Assert.Single(Read(Header + First.Replace("530万人民币", "N/A", StringComparison.Ordinal))).Draft?.RegisteredCapital);

    [Fact]
    public void The_capital_of_a_sole_trader_is_left_out() =>
        Assert.Null(Assert.Single(Read(Header + First.Replace("有限责任公司,", "个体工商户,", StringComparison.Ordinal))).Draft?.RegisteredCapital);

    public static TheoryData<string, string, string> WrongRows => new()
    {
        { "a wrong last character", First.Replace("Y43", "Y42", StringComparison.Ordinal), Codes.CreditCodeCheck },
        { "a wrong organization code", First.Replace("Y43", "Y56", StringComparison.Ordinal), Codes.OrganizationCodeCheck },
        { "full-width digits in the code", First.Replace("9135", "９１３５", StringComparison.Ordinal), Codes.CreditCodeFormat },
        { "no code", First.Replace("91350100M000100Y43", "N/A", StringComparison.Ordinal), Codes.FieldMissing },
        { "a formula", First.Replace("陈一", "=cmd|' /C calc'!A0", StringComparison.Ordinal), Codes.Formula },
        { "a formula in the code", First.Replace("91350100M000100Y43", "=91350100M000100Y43", StringComparison.Ordinal), Codes.Formula },
        { "a formula in a column that no face has", First.Replace("福建", "@福建", StringComparison.Ordinal), Codes.Formula },
        { "a minus", First.Replace("530万人民币", "-530万人民币", StringComparison.Ordinal), Codes.Formula },
        { "NUL", First.Replace("软件", "软\0件", StringComparison.Ordinal), Codes.TextForbidden },
        { "a line break in quotes", First.Replace("软件开发", "\"软件\n开发\"", StringComparison.Ordinal), Codes.TextForbidden },
        { "right-to-left override", First.Replace("软件", "软\u202E件", StringComparison.Ordinal), Codes.TextForbidden },
        { "a long name", First.Replace("福州示例", new string('名', 120), StringComparison.Ordinal), Codes.TextTooLong },
        { "a scope of a million characters", First.Replace("软件开发", new string('营', 1_000_000), StringComparison.Ordinal), Codes.TooLarge },
        { "a quoted scope of a million characters", First.Replace("软件开发", $"\"{new string('营', 1_000_000)}\"", StringComparison.Ordinal), Codes.TooLarge },
        { "a cell too few", First.Replace(",示例路1号", "", StringComparison.Ordinal), Codes.Malformed },
        { "a cell too many", First.Replace("软件开发", "软件,开发", StringComparison.Ordinal), Codes.Malformed },
        { "a quote inside", First.Replace("软件开发", "软件\"开发", StringComparison.Ordinal), Codes.Malformed },
    };

    [Theory]
    [MemberData(nameof(WrongRows))]
    public void Refuses_a_wrong_row_and_reads_on(string because, string row, string code)
    {
        var rows = Read(Header + row + Second);
        Assert.Equal(2, rows.Count);
        Assert.True(rows[0].Refusal?.Code == code, $"{because}: {rows[0].Refusal}");
        Assert.Equal((2L, "914403001922038216"), (rows[1].Row, rows[1].Draft?.Uscc));
    }

    public static TheoryData<string, byte[]> BrokenBytes => new()
    {
        { "UTF-8", [.. Encoding.UTF8.GetBytes(Header), .. Broken(Encoding.UTF8, 0xE4), .. Encoding.UTF8.GetBytes(Second)] },
        { "GB 18030", [.. Gb18030.GetBytes(Header), .. Broken(Gb18030, 0xD6), .. Gb18030.GetBytes(Second)] },
    };

    [Theory]
    [MemberData(nameof(BrokenBytes))]
    public void Refuses_a_row_with_broken_bytes_and_reads_on(string encoding, byte[] bytes)
    {
        var rows = Read(bytes);
        Assert.True(rows[0].Refusal?.Code == Codes.Encoding, encoding);
        Assert.Equal("914403001922038216", rows[1].Draft?.Uscc);
    }

    [Fact]
    public void Of_a_repeated_code_the_first_row_wins()
    {
        var rows = Read(Header + First + Second + First);
        Assert.Equal(Codes.DuplicateCode, rows[2].Refusal?.Code);
        Assert.NotNull(rows[0].Draft);
    }

    [Fact]
    public void A_refused_row_was_the_first_of_its_code_all_the_same() =>
        Assert.Equal(Codes.DuplicateCode, Read(Header + First.Replace("陈一", "=1", StringComparison.Ordinal) + First)[1].Refusal?.Code);

    [Fact]
    public void A_wrong_code_is_not_a_duplicate_of_itself()
    {
        var wrong = First.Replace("Y43", "Y42", StringComparison.Ordinal);
        Assert.All(Read(Header + wrong + wrong), row => Assert.Equal(Codes.CreditCodeCheck, row.Refusal?.Code));
    }

    // 3 million characters in 10,000 rows after the quote: only what fits one bounded record is lost.
    [Fact]
    public void A_quote_that_is_never_closed_does_not_swallow_the_file()
    {
        var unquoted = First.Replace("91350100M000100Y43", "91350100M000100Y42", StringComparison.Ordinal);
        var rows = Read(Header + First.Replace("软件开发", "\"软件开发", StringComparison.Ordinal) + string.Concat(Enumerable.Repeat(unquoted, 10_000)) + Second);
        Assert.Equal(Codes.TooLarge, rows[0].Refusal?.Code);
        Assert.InRange(rows.Count, 9_000, 10_001);
        Assert.Equal("914403001922038216", rows[^1].Draft?.Uscc);
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll(Gen.Frequency((3, Gen.Elements((byte)'"', (byte)',', (byte)'\n', (byte)'\r', (byte)'=', (byte)'9')), (2, Gen.Choose(0, 255).Select(value => (byte)value))).ArrayOf().ToArbitrary(), tail =>
            Read([.. Encoding.UTF8.GetBytes(Header), .. tail]).TrueForAll(row => row.Draft is null != row.Refusal is null)).QuickCheckThrowOnFailure();

    private static byte[] Broken(Encoding encoding, byte lead)
    {
        var bytes = encoding.GetBytes(First.Replace("软件开发", "软件|开发", StringComparison.Ordinal));
        bytes[Array.IndexOf(bytes, (byte)'|')] = lead;
        return bytes;
    }

    private static List<RegisterRow> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static List<RegisterRow> Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return [.. RegisterCsv.Read(stream)];
    }
}
