using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace ELicense.Web.Texts;

/// <summary>The texts of one room: its own Texts/zh.json and Texts/en.json, over those that all rooms share.</summary>
public sealed class TextCatalog
{
    private static readonly ConcurrentDictionary<Assembly, TextCatalog> Rooms = new();

    private readonly Dictionary<string, string>[] _texts;

    private TextCatalog(Assembly room) => _texts = [Read(room, Language.Chinese), Read(room, Language.English)];

    public static TextCatalog Shared { get; } = Of(typeof(TextCatalog).Assembly);

    public static TextCatalog Of(Assembly room) => Rooms.GetOrAdd(room, static r => new TextCatalog(r));

    /// <summary>The room's own texts by key.</summary>
    public IReadOnlyDictionary<string, string> In(Language language) => _texts[(int)language];

    /// <summary>The text with its {0}, {1} … filled in; a key that no file has is a fault of the page.</summary>
    public string Get(Language language, string key, params ReadOnlySpan<object?> arguments)
    {
        var text = Find(language, key) ?? throw new KeyNotFoundException($"No text '{key}' in Texts/{language.ShortName()}.json.");
        return arguments.IsEmpty ? text : string.Format(language.Culture(), text, arguments);
    }

    /// <summary>Null when neither the room nor the shared texts have the key.</summary>
    public string? Find(Language language, string key) =>
        _texts[(int)language].TryGetValue(key, out var own) ? own : Shared._texts[(int)language].GetValueOrDefault(key);

    /// <summary>The room's and the shared texts whose keys begin with one of these.</summary>
    public IReadOnlyDictionary<string, string> Beginning(Language language, IReadOnlyList<string> starts) =>
        _texts[(int)language].Concat(Shared._texts[(int)language])
            .Where(text => starts.Any(start => text.Key.StartsWith(start, StringComparison.Ordinal)))
            .DistinctBy(text => text.Key).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(Assembly room, Language language)
    {
        using var stream = room.GetManifestResourceStream($"Texts.{language.ShortName()}.json");
        return stream is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
