using System.Text.Json.Serialization;
using ELicense.Cli.Ceremony;

namespace ELicense.Cli.Hosting;

/// <summary>The hierarchy of an authority in earnest, as a ceremony left it (docs/operations.md). Paths are absolute.</summary>
/// <param name="PublicAddress">https://host[:port]; QR texts and certificates name it.</param>
/// <param name="Root">SHA-256 of the SubjectPublicKeyInfo of the root, 64 hexadecimal digits, as those who were present noted it.</param>
/// <param name="Trust">The trust card.</param>
/// <param name="Profiles">Profiles of certificates.</param>
/// <param name="RootLists">CRLs of the root, and of the one before, DER.</param>
/// <param name="Keys">RFC 7512 URIs, each with the key's id; several with one id are copies of one key, the first preferred.</param>
/// <param name="People">The first administrators; without meaning once there is anybody.</param>
internal sealed record HierarchyConfiguration(
    [property: JsonRequired] Uri PublicAddress, [property: JsonRequired] string Root, [property: JsonRequired] string Trust, [property: JsonRequired] string Profiles,
    [property: JsonRequired] IReadOnlyList<string> RootLists, [property: JsonRequired] IReadOnlyList<string> Keys, [property: JsonRequired] IReadOnlyList<PlanOffice> Offices,
    [property: JsonRequired] IReadOnlyList<FirstPersonConfiguration> People, [property: JsonRequired] ServerCertificateConfiguration Door);

/// <param name="Staff">Staff number.</param>
/// <param name="Certificate">PEM.</param>
internal sealed record FirstPersonConfiguration(
    [property: JsonRequired] string Staff, [property: JsonRequired] string Name, [property: JsonRequired] string Certificate, [property: JsonRequired] int Office,
    [property: JsonRequired] IReadOnlyList<string> Roles);
