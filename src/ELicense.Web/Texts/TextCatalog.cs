using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace ELicense.Web.Texts;

/// <summary>The texts of one room: its own Texts/zh.json, Texts/en.json and those of further languages, over those that all rooms share.</summary>
public sealed class TextCatalog
{
    private static readonly ConcurrentDictionary<Assembly, TextCatalog> Rooms = new();

    private readonly Dictionary<Language, Dictionary<string, string>> _texts;

    private TextCatalog(Assembly room) => _texts = Language.All.ToDictionary(language => language, language => Read(room, language));

    public static TextCatalog Shared { get; } = Of(typeof(TextCatalog).Assembly);

    public static TextCatalog Of(Assembly room) => Rooms.GetOrAdd(room, static r => new TextCatalog(r));

    /// <summary>The room's own texts by key.</summary>
    public IReadOnlyDictionary<string, string> In(Language language) => _texts[language];

    /// <summary>The text with its {0}, {1} … filled in; a key that no file has is a fault of the page.</summary>
    public string Get(Language language, string key, params ReadOnlySpan<object?> arguments)
    {
        var text = Find(language, key) ?? throw new KeyNotFoundException($"No text '{key}' in Texts/{language.ShortName}.json.");
        return arguments.IsEmpty ? text : string.Format(language.Culture, text, arguments);
    }

    /// <summary>Null when neither the room nor the shared texts have the key.</summary>
    public string? Find(Language language, string key) =>
        _texts[language].TryGetValue(key, out var own) || Shared._texts[language].TryGetValue(key, out own)
        || _texts[Language.Chinese].TryGetValue(key, out own) ? own : Shared._texts[Language.Chinese].GetValueOrDefault(key);

    /// <summary>The room's and the shared texts whose keys begin with one of these.</summary>
    public IReadOnlyDictionary<string, string> Beginning(Language language, IReadOnlyList<string> starts) =>
        _texts[language].Concat(Shared._texts[language]).Concat(_texts[Language.Chinese]).Concat(Shared._texts[Language.Chinese])
            .Where(text => starts.Any(start => text.Key.StartsWith(start, StringComparison.Ordinal)))
            .DistinctBy(text => text.Key).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(Assembly room, Language language)
    {
        using var stream = room.GetManifestResourceStream($"Texts.{language.ShortName}.json");
        return stream is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
