using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.PublicVerification.Pages;

/// <summary>What a page tells its script.</summary>
/// <param name="Language">BCP 47.</param>
/// <param name="Host">host[:port] of this site as QR codes name it, in upper case.</param>
/// <param name="Decoder">Address of the worker that reads QR codes.</param>
/// <param name="Wasm">Address of what it runs.</param>
/// <param name="Roots">SHA-256 of the trusted roots' SubjectPublicKeyInfo; none when this site serves no publication.</param>
/// <param name="Token">The page's license token in base64url, when it is authentic.</param>
/// <param name="Logged">Whether the log names that token.</param>
/// <param name="Signs">Of each verdict, where the script shows verdicts.</param>
internal sealed record ScriptData(
    string Language, string Host, string Decoder, string Wasm, IReadOnlyList<string> Roots, string? Token, bool Logged, IReadOnlyDictionary<string, ScriptSign>? Signs,
    IReadOnlyDictionary<string, string> Texts);

internal sealed record ScriptSign(string Tone, string Path);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScriptData))]
internal sealed partial class ScriptJson : JsonSerializerContext;
