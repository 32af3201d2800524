using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cli.Hosting;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Development;

/// <summary>Certificates of the development hierarchy, written to DATA/dev: root, the two CAs, the people of the demo and the officers' door with software keys.</summary>
internal static class DevelopmentCertificates
{
    public const string PfxPassword = "development";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280 4.2.1.12

    public static void Create(DataFolder data, HierarchyRecipe recipe, DevelopmentTokens tokens, DateTimeOffset now)
    {
        var from = now.AddHours(-1);
        using var rootKey = tokens.Key(KeyRole.Root, pinned: null);
        using var root = CertificateAuthority.SelfSign(rootKey, Name(recipe, KeyRole.Root), from, now.AddDays(recipe.Key(KeyRole.Root).Days));
        WritePem(data, "root", root);

        foreach (var role in (KeyRole[])[KeyRole.EnterpriseCa, KeyRole.OfficersCa])
        {
            var key = recipe.Key(role);
            using var caKey = tokens.Key(role, pinned: null);
            using var ca = CertificateAuthority.SignSubordinate(rootKey, root, caKey.PublicKey, Name(recipe, role), from, now.AddDays(key.Days));
            WritePem(data, key.Role, ca);
            foreach (var person in recipe.People.Where(person => person.Issuer == key.Role))
                CreatePerson(data, caKey, ca, person, from, now);
            if (recipe.Service.Issuer == key.Role)
                CreateService(data, caKey, ca, recipe.Service, from, now);
        }
    }

    private static void CreatePerson(DataFolder data, SigningKey caKey, X509Certificate2 ca, RecipePerson person, DateTimeOffset from, DateTimeOffset now)
    {
        using var key = NewKey(out var publicKey);
        var organizationIdentifier = person.Uscc is null ? null : $"NTRCN-{person.Uscc}"; // ETSI EN 319 412-1 5.1.4
        using var certificate = CertificateAuthority.SignEndEntity(
            caKey, ca, publicKey, person.CommonName, organizationIdentifier, [ClientAuthentication], from, now.AddDays(person.Days));
        using var withKey = certificate.CopyWithPrivateKey(key);
        WriteWithKey(data, person.File, certificate, key);
        PrivateFile.Write(Path.Combine(data.Development, person.File + ".p12"), withKey.Export(X509ContentType.Pfx, PfxPassword));
    }

    private static void CreateService(DataFolder data, SigningKey caKey, X509Certificate2 ca, RecipeService service, DateTimeOffset from, DateTimeOffset now)
    {
        using var key = NewKey(out var publicKey);
        using var certificate = CertificateAuthority.SignService(
            caKey, ca, publicKey, service.CommonName, service.DnsNames, [.. service.Addresses.Select(IPAddress.Parse)], from, now.AddDays(service.Days));
        WriteWithKey(data, service.File, certificate, key);
    }

    private static ECDsa NewKey(out VerificationKey publicKey)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return VerificationKey.TryImport(key.ExportSubjectPublicKeyInfo(), out publicKey!, out var refusal) ? key : throw new InvalidOperationException(refusal.ToString());
    }

    private static void WriteWithKey(DataFolder data, string name, X509Certificate2 certificate, ECDsa key) =>
        PrivateFile.Write(Path.Combine(data.Development, name + ".pem"), System.Text.Encoding.ASCII.GetBytes(
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n"));

    private static string Name(HierarchyRecipe recipe, KeyRole role) => $"CN={recipe.Key(role).CommonName}, O=ELicense {recipe.Mark}, C=CN";

    private static void WritePem(DataFolder data, string name, X509Certificate2 certificate) =>
        File.WriteAllText(Path.Combine(data.Development, name + ".pem"), certificate.ExportCertificatePem() + "\n");
}
