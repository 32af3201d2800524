using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Trust;
using ELicense.Pkcs11;

namespace ELicense.Cli.Development;

/// <summary>certs-dev/hierarchy.json, embedded: which tokens, keys, certificates and people a development hierarchy has.</summary>
internal sealed record HierarchyRecipe(
    string Mark, RecipeAuthority Authority, IReadOnlyList<RecipeOffice> Offices, IReadOnlyList<RecipeToken> Tokens, IReadOnlyList<RecipeKey> Keys,
    IReadOnlyList<RecipePerson> People, RecipeService Service)
{
    public static HierarchyRecipe Load()
    {
        using var stream = typeof(HierarchyRecipe).Assembly.GetManifestResourceStream("hierarchy.json")!;
        return JsonSerializer.Deserialize(stream, RecipeJson.Default.HierarchyRecipe)!;
    }

    public RecipeKey Key(KeyRole role) => Keys.Single(key => key.KeyRole == role);

    public RecipeToken TokenOf(RecipeKey key) => Tokens.Single(token => token.Keys.Contains(key.Role));
}

internal sealed record RecipeAuthority(
    int Number, string Chinese, string English, string Origin, string IdentifierIssuer, IReadOnlyList<string> Regions, ListRange LicenseLists,
    ListRange CertificateLists, long MaxAgeSeconds);

/// <param name="Parent">Number of the office above; null: the province.</param>
internal sealed record RecipeOffice(int Number, int? Parent, string Chinese, string English);

internal sealed record RecipeToken(string Label, string PinFile, IReadOnlyList<string> Keys);

internal sealed record RecipeKey(string Role, string Algorithm, int Days, string? CommonName)
{
    public KeyRole KeyRole => Enum.Parse<KeyRole>(Role.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    public Pkcs11KeyType KeyType => Algorithm == "Ed25519" ? Pkcs11KeyType.Ed25519 : Pkcs11KeyType.P256;
}

/// <param name="Officer">What the person is at the authority; the staff number is the file's name. Null: an enterprise.</param>
internal sealed record RecipePerson(string File, string CommonName, string Issuer, int Days, string? Uscc, RecipeOfficer? Officer);

internal sealed record RecipeOfficer(string Name, int Office, IReadOnlyList<string> Roles);

/// <summary>The TLS certificate of the officers' door.</summary>
internal sealed record RecipeService(string File, string CommonName, string Issuer, int Days, IReadOnlyList<string> DnsNames, IReadOnlyList<string> Addresses);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HierarchyRecipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;
