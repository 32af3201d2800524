using System.Globalization;

namespace ELicense.Web.Texts;

/// <summary>
/// A language of pages and messages; codes and names are never translated. Each is a file Texts/NAME.json in every room: a further one is added by adding its files. What a further one
/// leaves out is said in Chinese.
/// </summary>
public sealed class Language
{
    private const string FilePrefix = "Texts.";
    private const string FileSuffix = ".json";

    private Language(string shortName) => ShortName = shortName;

    public static Language Chinese { get; } = new("zh");

    public static Language English { get; } = new("en");

    /// <summary>Chinese first.</summary>
    public static IReadOnlyList<Language> All { get; } = [Chinese, English, .. Further()];

    /// <summary>zh or en: in the query, the cookie and the names of the text files.</summary>
    public string ShortName { get; }

    /// <summary>BCP 47 tag for the html element.</summary>
    public string Tag => TextCatalog.Shared.Get(this, "language.tag");

    /// <summary>As its readers call it.</summary>
    public string Name => TextCatalog.Shared.Get(this, "language.name");

    public CultureInfo Culture => CultureInfo.GetCultureInfo(Tag);

    public static Language? Find(string? shortName) => All.FirstOrDefault(language => language.ShortName == shortName);

    private static IEnumerable<Language> Further() =>
        from file in typeof(Language).Assembly.GetManifestResourceNames()
        where file.StartsWith(FilePrefix, StringComparison.Ordinal) && file.EndsWith(FileSuffix, StringComparison.Ordinal)
        let name = file[FilePrefix.Length..^FileSuffix.Length]
        where name != Chinese.ShortName && name != English.ShortName
        orderby name
        select new Language(name);
}
