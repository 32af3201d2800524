using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Ceremony;

/// <summary>The plan of a new hierarchy (docs/ceremony.md): which tokens, keys, certificates and people there will be. That of the development hierarchy is certs-dev/hierarchy.json, embedded.</summary>
/// <param name="Witnesses">Persons who are present at least.</param>
/// <param name="Mark">Stands in every certificate of a hierarchy that is for trying out; null: in earnest.</param>
/// <param name="Profiles">File beside the plan with the profiles of certificates; null: those of the development hierarchy, which want a mark.</param>
internal sealed record CeremonyPlan(
    int Witnesses, RootListPlan RootList, PlanAuthority Authority, IReadOnlyList<PlanOffice> Offices, IReadOnlyList<PlanToken> Tokens,
    IReadOnlyList<PlanKey> Keys, IReadOnlyList<PlanDelegation> Delegations, IReadOnlyList<PlanPerson> People, IReadOnlyList<PlanService> Services,
    string? Mark = null, string? Profiles = null)
{
    public static CeremonyPlan Development => PlanFile.Development.Hierarchy!;

    public PlanKey Key(KeyRole role) => Keys.Single(key => key.KeyRole == role);
}

/// <summary>How long the root's own CRL is good, days; the next one is there so many days before its end.</summary>
internal sealed record RootListPlan(int Days, int OverlapDays);

/// <param name="PublicAddress">Where QR texts, status lists and certificates point; null in the development plan, which takes the address that it is served at.</param>
/// <param name="Organization">O of the CAs' names.</param>
internal sealed record PlanAuthority(
    int Number, string Chinese, string English, string Origin, string IdentifierIssuer, IReadOnlyList<string> Regions, ListRange LicenseLists,
    ListRange CertificateLists, long MaxAgeSeconds, string Organization, Uri? PublicAddress = null);

/// <param name="Parent">Number of the office above; null: the province.</param>
internal sealed record PlanOffice(int Number, string Chinese, string English, int? Parent = null);

/// <param name="Uri">RFC 7512, of the token alone; {folder} stands for the ceremony's folder. Without a pin-source the PIN is typed.</param>
/// <param name="Initialize">The ceremony makes the token, with random PINs in files: with a mark only.</param>
internal sealed record PlanToken(string Name, string Uri, bool Initialize = false);

/// <param name="Token">Name of the token that it is made on.</param>
/// <param name="CommonName">Of the certificate; roots and CAs have one, others none.</param>
/// <param name="Label">CKA_LABEL; null: the role's name.</param>
/// <param name="From">Day from which on it is in force (UTC); null: at once.</param>
internal sealed record PlanKey(string Role, string Token, string Algorithm, int Days, string? CommonName = null, string? Label = null, DateOnly? From = null)
{
    /// <summary>Null: there is no such role.</summary>
    [JsonIgnore]
    public KeyRole? KeyRole => KeyRoles.TryFromName(Role, out var role) ? role : null;

    /// <summary>Null: there is no such algorithm.</summary>
    [JsonIgnore]
    public Suite? Suite => Algorithm switch
    {
        "P-256" => Cryptography.Keys.Suite.Es256,
        "Ed25519" => Cryptography.Keys.Suite.Ed25519,
        _ => null,
    };

    [JsonIgnore]
    public string KeyLabel => Label ?? Role;

    [JsonIgnore]
    public bool IsCa => KeyRole is Core.Trust.KeyRole.EnterpriseCa or Core.Trust.KeyRole.OfficersCa;
}

/// <summary>A delegate's kind in the public zone: whose certificates a CA key may issue, by what extended key usage they are known.</summary>
internal sealed record PlanDelegation(string Role, string Issuer, string ExtendedKeyUsage);

/// <param name="Request">File beside the plan with a PKCS #10; null, with a mark only: the ceremony makes a key in a file.</param>
/// <param name="Officer">What the person is at the authority; the staff number is the file's name. Null: an enterprise.</param>
internal sealed record PlanPerson(string File, string CommonName, string Issuer, int Days, string? Uscc = null, PlanOfficer? Officer = null, string? Request = null);

internal sealed record PlanOfficer(string Name, int Office, IReadOnlyList<string> Roles);

/// <summary>A TLS certificate: of the officers' door, or of another service.</summary>
internal sealed record PlanService(
    string File, string CommonName, string Issuer, int Days, IReadOnlyList<string> DnsNames, IReadOnlyList<string> Addresses, string? Request = null);

/// <summary>A plan as it was read, and where.</summary>
/// <param name="Hierarchy">Null: it is the plan of a rotation.</param>
/// <param name="Rotation">Known by its member card; null: it is the plan of a hierarchy.</param>
internal sealed record PlanFile(byte[] Bytes, string Folder, CeremonyPlan? Hierarchy, RotationPlan? Rotation)
{
    private const int MaxBytes = 1024 * 1024;

    public static PlanFile Development { get; } = ReadEmbedded();

    public static PlanFile Read(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxBytes })
            throw new CommandException(Codes.FileMissing, $"There is no file {path} of at most {MaxBytes} bytes.", ExitCodes.Usage);
        var bytes = File.ReadAllBytes(path);
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var isRotation = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("card", out _);
            return new PlanFile(
                bytes, Path.GetDirectoryName(Path.GetFullPath(path))!,
                isRotation ? null : JsonSerializer.Deserialize(bytes, PlanJson.Default.CeremonyPlan) ?? throw new JsonException("The plan is null."),
                isRotation ? JsonSerializer.Deserialize(bytes, PlanJson.Default.RotationPlan) : null);
        }
        catch (JsonException e)
        {
            throw new CommandException(Codes.CeremonyPlan, $"{path}: {e.Message}", ExitCodes.Usage);
        }
    }

    private static PlanFile ReadEmbedded()
    {
        using var stream = typeof(PlanFile).Assembly.GetManifestResourceStream("hierarchy.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new PlanFile(copy.ToArray(), "", JsonSerializer.Deserialize(copy.ToArray(), PlanJson.Default.CeremonyPlan)!, Rotation: null);
    }

    /// <summary>A file that the plan names, beside it.</summary>
    public byte[] Beside(string name, int most)
    {
        var path = Path.Combine(Folder, name);
        return new FileInfo(path) is { Exists: true } file && file.Length <= most
            ? File.ReadAllBytes(path)
            : throw new CommandException(Codes.FileMissing, $"The plan names {path}, which is not there or has more than {most} bytes.", ExitCodes.Usage);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(CeremonyPlan))]
[JsonSerializable(typeof(RotationPlan))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class PlanJson : JsonSerializerContext;
