using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.Pkcs11;

/// <summary>What differs between vendors: hsm/profiles/*.json, embedded. A library without a profile is taken by the standard.</summary>
/// <param name="ModuleName">RFC 7512 module-name.</param>
/// <param name="ModulePaths">Where the library lies; the first that exists is taken.</param>
/// <param name="Initialize">Text for C_Initialize at the place of pReserved; {configuration} is replaced. Null: none.</param>
/// <param name="MaxSessions">At most so many sessions a token.</param>
/// <param name="Mechanisms">By P-256 and Ed25519; a type that is missing is not to be had. Vendors' own numbers stand here.</param>
/// <param name="ReturnValues">Vendors' return values, in hexadecimal from 0x80000000, and what helps.</param>
public sealed record Pkcs11Profile(
    string Name, string ModuleName, IReadOnlyList<string> ModulePaths, string? Initialize, int MaxSessions, IReadOnlyDictionary<string, ProfileMechanism> Mechanisms,
    IReadOnlyDictionary<string, Recovery> ReturnValues)
{
    private const ulong FirstVendorValue = 0x80000000;
    private const string FolderInAssembly = "profiles/";

    private static readonly Lazy<IReadOnlyList<Pkcs11Profile>> Embedded = new(ReadAll);

    public static IReadOnlyList<Pkcs11Profile> All => Embedded.Value;

    /// <summary>P-256 and Ed25519 by the numbers of the standard.</summary>
    public static Pkcs11Profile Standard { get; } = new(
        "PKCS#11", "", [], Initialize: null, Pkcs11Limits.Default.Sessions,
        new Dictionary<string, ProfileMechanism> { ["P-256"] = new("0x1040", "0x1041"), ["Ed25519"] = new("0x1055", "0x1057") }, new Dictionary<string, Recovery>());

    /// <summary>The profile that names the library, or <see cref="Standard"/>.</summary>
    public static Pkcs11Profile ForPath(string path) => All.FirstOrDefault(profile => profile.ModulePaths.Contains(path, StringComparer.Ordinal)) ?? Standard;

    /// <summary>Null when no profile has the name.</summary>
    public static Pkcs11Profile? ForName(string moduleName) =>
        All.FirstOrDefault(profile => string.Equals(profile.ModuleName, moduleName, StringComparison.OrdinalIgnoreCase));

    /// <summary>A profile that is not embedded. Throws <see cref="JsonException"/> for what is none.</summary>
    public static Pkcs11Profile Parse(ReadOnlySpan<byte> json)
    {
        var profile = JsonSerializer.Deserialize(json, ProfileJson.Default.Pkcs11Profile) ?? throw new JsonException("A profile is an object.");
        if (profile.Mechanisms.Keys.Except(Standard.Mechanisms.Keys).FirstOrDefault() is { } type)
            throw new JsonException($"There is no type of key '{type}'.");
        if (profile.MaxSessions < 1)
            throw new JsonException("A token has at least one session.");
        foreach (var mechanism in profile.Mechanisms.Values)
            _ = (Number(mechanism.Generate), Number(mechanism.Sign));
        if (profile.ReturnValues.Keys.Any(value => Number(value) < FirstVendorValue))
            throw new JsonException("Only vendors' return values, from 0x80000000, are a profile's to class.");
        return profile;
    }

    /// <summary>Null when the profile wants no text.</summary>
    internal string? Parameter(string? configuration) => Initialize?.Replace("{configuration}", configuration, StringComparison.Ordinal);

    internal ulong GenerateMechanism(Pkcs11KeyType type) => Number(MechanismOf(type).Generate);

    internal ulong SignMechanism(Pkcs11KeyType type) => Number(MechanismOf(type).Sign);

    internal Recovery RecoveryOf(Pkcs11Exception failed) =>
        failed.ReturnValue is { } value && value >= FirstVendorValue && ReturnValues.TryGetValue($"0x{value:X8}", out var recovery) ? recovery : failed.Recovery;

    private ProfileMechanism MechanismOf(Pkcs11KeyType type) => Mechanisms.TryGetValue(type == Pkcs11KeyType.P256 ? "P-256" : "Ed25519", out var mechanism)
        ? mechanism
        : throw new Pkcs11Exception("token-failed", $"{Name} has no keys of the type {type}.");

    private static ulong Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new JsonException($"'{text}' is no number in hexadecimal.");

    private static IReadOnlyList<Pkcs11Profile> ReadAll()
    {
        var assembly = typeof(Pkcs11Profile).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames().Where(name => name.StartsWith(FolderInAssembly, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                return Parse(memory.ToArray());
            }),
        ];
    }
}

/// <summary>Numbers of mechanisms, in hexadecimal.</summary>
public sealed record ProfileMechanism(string Generate, string Sign);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Pkcs11Profile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
