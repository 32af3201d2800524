using System.Globalization;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Enterprises that do not exist, with codes whose check characters are computed here, apart from the code under test.</summary>
internal static class Enterprise
{
    public const string Office = "示例市市场监督管理局";

    public static CreditCode Code(int number)
    {
        var body = number.ToString("d8", CultureInfo.InvariantCulture);
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var c9 = 11 - (body.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11);
        var text = "91440101" + body + (c9 switch { 10 => "X", 11 => "0", _ => c9.ToString(CultureInfo.InvariantCulture) });
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var weight = 1;
        var sum = 0;
        foreach (var character in text)
        {
            sum += Alphabet.IndexOf(character, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        text += Alphabet[(31 - (sum % 31)) % 31];
        return CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());
    }

    public static EnterpriseDraft Draft(int number) => new()
    {
        Kind = "company",
        Uscc = Code(number).Value,
        Name = $"示例{number}号商贸有限公司",
        LegalRepresentative = "张三",
        RegisteredCapital = "100万人民币",
        EstablishedOn = "2020-05-01",
        ApprovedOn = "2026-11-01",
        Address = $"示例市示例路{number}号",
        BusinessScope = "日用百货销售",
    };

    public static IssuanceContent Issuance(EnterpriseDraft draft, string office = Office) =>
        Face.TryCreate(draft, office, new DateOnly(2026, 11, 1), out var face, out var refusal)
            ? new IssuanceContent(face)
            : throw new InvalidOperationException(refusal.ToString());

    /// <summary>The same enterprise at another address, in the place of that version.</summary>
    public static AmendmentContent Amendment(ReleasedLicense former, int number) =>
        Amendment(former, Draft(number) with { Address = $"示例市新路{number}号" });

    public static AmendmentContent Amendment(ReleasedLicense former, EnterpriseDraft draft, MatterType type = MatterType.Amendment, int reason = 0) =>
        new(type, former.Number, former.Version, Issuance(draft).Face, reason);

    public static IssuanceContent Issuance(int number) => Issuance(Draft(number));
}
