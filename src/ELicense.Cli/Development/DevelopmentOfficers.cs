using System.Security.Cryptography.X509Certificates;
using ELicense.Cli.Ceremony;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Issuance.People;

namespace ELicense.Cli.Development;

/// <summary>The first persons of a development authority: those of the plan, with the certificates that were made for them.</summary>
internal static class DevelopmentOfficers
{
    public static IReadOnlyList<FirstPerson> Read(DataFolder data, CeremonyPlan plan, IReadOnlyList<X509Certificate2> cas) =>
        [.. plan.People.Where(person => person.Officer is not null).Select(person => Read(data, person, cas))];

    private static FirstPerson Read(DataFolder data, PlanPerson person, IReadOnlyList<X509Certificate2> cas)
    {
        var path = data.Certificate(person.File);
        if (!File.Exists(path))
            throw new CommandException(Codes.CertificateMissing, $"{path} is missing: this development hierarchy was made by an earlier release. Use a new data folder.", ExitCodes.Failed);
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        var officer = person.Officer!;
        return new FirstPerson(
            person.File, officer.Name, officer.Office, OfficerCertificate.Of(certificate, cas), [.. officer.Roles.Select(role => new RoleGrant(Role(role), officer.Office))]);
    }

    private static OfficerRole Role(string name) =>
        OfficerRoles.TryFromApiName(name, out var role) ? role : throw new InvalidDataException($"hierarchy.json: there is no role {name}.");
}
