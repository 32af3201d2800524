using System.Reflection;
using System.Text.RegularExpressions;
using ELicense.Display;
using ELicense.Portal;
using ELicense.PublicVerification;
using ELicense.Verification.Verdicts;
using ELicense.Web.Texts;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed partial class TextsTests
{
    public static TheoryData<Assembly> Rooms => [typeof(TextCatalog).Assembly, typeof(PublicVerificationRole).Assembly, typeof(DisplayRole).Assembly, typeof(PortalRole).Assembly];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void All_languages_have_the_same_texts(Assembly room)
    {
        var texts = TextCatalog.Of(room);
        Assert.NotEmpty(texts.In(Language.Chinese));
        Assert.All(Language.All, language => Assert.Equal(texts.In(Language.Chinese).Keys.Order(StringComparer.Ordinal), texts.In(language).Keys.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void All_languages_fill_in_the_same_places(Assembly room)
    {
        var texts = TextCatalog.Of(room);
        Assert.All(Language.All, language => Assert.All(texts.In(Language.Chinese), text => Assert.Equal(Places(text.Value), Places(texts.In(language)[text.Key]))));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void English_texts_have_no_Chinese_in_them(Assembly room) =>
        Assert.All(TextCatalog.Of(room).In(Language.English).Values, text => Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", text));

    [Fact]
    public void Every_verdict_and_check_has_its_words()
    {
        var keys = Enum.GetValues<VerdictValue>().SelectMany(v => (string[])[$"standing.{v.ApiName()}.word", $"standing.{v.ApiName()}.sentence", $"certificate.{v.ApiName()}.word", $"certificate.{v.ApiName()}.sentence"])
            .Concat(Enum.GetValues<CheckName>().Select(c => $"check.{c.ApiName()}"))
            .Concat(Enum.GetValues<CheckResult>().Select(r => $"check.{r.ApiName()}"));
        Assert.All(keys, key => Assert.NotNull(TextCatalog.Shared.Find(Language.English, key)));
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
