using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.PublicVerification.Pages;

/// <summary>What a page tells its script.</summary>
/// <param name="Language">BCP 47.</param>
/// <param name="Decoder">Address of the worker that reads QR codes.</param>
/// <param name="Wasm">Address of what it runs.</param>
internal sealed record ScriptData(string Language, string Decoder, string Wasm, IReadOnlyDictionary<string, string> Texts);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ScriptData))]
internal sealed partial class ScriptJson : JsonSerializerContext;
