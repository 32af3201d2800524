using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Trust;
using ELicense.Pkcs11;

namespace ELicense.Cli.Development;

/// <summary>certs-dev/hierarchy.json, embedded: which tokens, keys, certificates and people a development hierarchy has.</summary>
internal sealed record HierarchyRecipe(
    string Mark, RecipeAuthority Authority, IReadOnlyList<RecipeOffice> Offices, IReadOnlyList<RecipeToken> Tokens, IReadOnlyList<RecipeKey> Keys,
    IReadOnlyList<RecipePerson> People)
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

internal sealed record RecipeOffice(int Number, string Chinese, string English);

internal sealed record RecipeToken(string Label, string PinFile, IReadOnlyList<string> Keys);

internal sealed record RecipeKey(string Role, string Algorithm, int Days, string? CommonName)
{
    public KeyRole KeyRole => Enum.Parse<KeyRole>(Role.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    public Pkcs11KeyType KeyType => Algorithm == "Ed25519" ? Pkcs11KeyType.Ed25519 : Pkcs11KeyType.P256;
}

internal sealed record RecipePerson(string File, string CommonName, string Issuer, int Days, string? Uscc);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HierarchyRecipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;
