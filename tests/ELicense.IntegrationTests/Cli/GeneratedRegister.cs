using System.Globalization;
using System.Text;

namespace ELicense.IntegrationTests.Cli;

/// <summary>A register as published ones look, of any size: one row in 25 has a wrong check character. Codes are computed here from GB 32100-2015 itself.</summary>
public static class GeneratedRegister
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const int WrongEvery = 25;

    public static bool IsWrong(long row) => row % WrongEvery == 0;

    /// <param name="first">Number of the first enterprise: registers whose numbers are apart share no code.</param>
    public static string Write(string folder, int rows, int first = 1)
    {
        var path = Path.Combine(folder, $"register-{first}-{rows}.csv");
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        file.WriteLine("企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址");
        for (var row = first; row < first + rows; row++)
        {
            var code = Code(row);
            if (IsWrong(row))
                code = code[..17] + (code[17] == '0' ? '1' : '0');
            file.WriteLine($"示范第{row}贸易有限公司,{code},2015-03-{(row % 28) + 1:D2},有限责任公司(自然人独资),张{row},{row % 900 + 10}万人民币,日用百货销售,示范省,示范市,示范市人民路{row}号");
        }

        return path;
    }

    private static string Code(int row)
    {
        var organization = "MA" + row.ToString("D6", CultureInfo.InvariantCulture);
        var body = "91990100" + organization + OrganizationCheck(organization);
        var sum = 0;
        for (int i = 0, weight = 1; i < 17; i++, weight = weight * 3 % 31)
            sum += Alphabet.IndexOf(body[i], StringComparison.Ordinal) * weight;
        return body + Alphabet[(31 - (sum % 31)) % 31];
    }

    // GB 11714: c = 11 - sum mod 11; 10 is X, 11 is 0.
    private static char OrganizationCheck(string organization)
    {
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var sum = organization.Select((c, i) => (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10) * weights[i]).Sum();
        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }
}
