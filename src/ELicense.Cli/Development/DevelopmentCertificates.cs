using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cli.Hosting;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cli.Development;

/// <summary>Certificates of the development hierarchy, written to DATA/dev: root, the two CAs, the people of the demo and the officers' door with software keys.</summary>
internal static class DevelopmentCertificates
{
    public const string PfxPassword = "development";

    /// <param name="publicAddress">Where the certificates say that their standing can be asked.</param>
    public static void Create(DataFolder data, HierarchyRecipe recipe, DevelopmentTokens tokens, Uri publicAddress, DateTimeOffset now)
    {
        var (profiles, addresses) = (CertificateProfiles.Development, new StatusAddresses(publicAddress));
        var from = now.AddHours(-1);
        using var rootKey = tokens.Key(KeyRole.Root, pinned: null);
        using var root = CertificateAuthority.SelfSign(
            rootKey, Name(recipe, KeyRole.Root), from, from.AddDays(recipe.Key(KeyRole.Root).Days), profiles, addresses);
        var rootCa = new CertificateAuthority(rootKey, root, profiles, addresses);
        WritePem(data, "root", root);

        foreach (var role in (KeyRole[])[KeyRole.EnterpriseCa, KeyRole.OfficersCa])
        {
            var key = recipe.Key(role);
            using var caKey = tokens.Key(role, pinned: null);
            using var certificate = rootCa.Issue(profiles.Subordinate, new CertificateContent
            {
                Subject = Name(recipe, role),
                Key = SubjectPublicKey.Of(caKey.PublicKey),
                From = from,
                To = from.AddDays(key.Days),
            });
            WritePem(data, key.Role, certificate);
            var ca = new CertificateAuthority(caKey, certificate, profiles, addresses);
            foreach (var person in recipe.People.Where(person => person.Issuer == key.Role))
                CreatePerson(data, ca, recipe, person, from);
            if (recipe.Service.Issuer == key.Role)
                CreateService(data, ca, recipe.Service, from);
        }
    }

    private static void CreatePerson(DataFolder data, CertificateAuthority ca, HierarchyRecipe recipe, RecipePerson person, DateTimeOffset from)
    {
        using var key = NewKey(out var publicKey);
        var content = new CertificateContent { Subject = SubjectNames.Common(person.CommonName), Key = publicKey, From = from, To = from.AddDays(person.Days) };
        using var certificate = person.Uscc is null
            ? ca.Issue(ca.Profiles.Officer, content)
            : ca.Issue(ca.Profiles.Enterprise, AsEnterprise(content, recipe, person.CommonName, person.Uscc));
        using var withKey = certificate.CopyWithPrivateKey(key);
        WriteWithKey(data, person.File, certificate, key);
        PrivateFile.Write(Path.Combine(data.Development, person.File + ".p12"), withKey.Export(X509ContentType.Pfx, PfxPassword));
    }

    // The enterprise of the demo has no license yet, so that its certificate names none; its place is in the first list.
    private static CertificateContent AsEnterprise(CertificateContent content, HierarchyRecipe recipe, string name, string uscc) =>
        CreditCode.TryParse(uscc, out var code, out var refusal)
            ? content with { Subject = SubjectNames.Enterprise(name, code), CreditCode = code, List = recipe.Authority.CertificateLists.First }
            : throw new InvalidDataException($"hierarchy.json: {refusal}");

    private static void CreateService(DataFolder data, CertificateAuthority ca, RecipeService service, DateTimeOffset from)
    {
        using var key = NewKey(out var publicKey);
        using var certificate = ca.Issue(ca.Profiles.Service, new CertificateContent
        {
            Subject = SubjectNames.Common(service.CommonName),
            Key = publicKey,
            From = from,
            To = from.AddDays(service.Days),
            DnsNames = service.DnsNames,
            IpAddresses = [.. service.Addresses.Select(IPAddress.Parse)],
        });
        WriteWithKey(data, service.File, certificate, key);
    }

    private static ECDsa NewKey(out SubjectPublicKey publicKey)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SubjectPublicKey.TryRead(key.ExportSubjectPublicKeyInfo(), out publicKey!, out var refusal) ? key : throw new InvalidOperationException(refusal.ToString());
    }

    private static void WriteWithKey(DataFolder data, string name, X509Certificate2 certificate, ECDsa key) =>
        PrivateFile.Write(Path.Combine(data.Development, name + ".pem"), System.Text.Encoding.ASCII.GetBytes(
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n"));

    private static X500DistinguishedName Name(HierarchyRecipe recipe, KeyRole role) =>
        SubjectNames.Authority(recipe.Key(role).CommonName ?? throw new InvalidDataException($"hierarchy.json: {role} has no commonName."), $"ELicense {recipe.Mark}");

    private static void WritePem(DataFolder data, string name, X509Certificate2 certificate) =>
        File.WriteAllText(Path.Combine(data.Development, name + ".pem"), certificate.ExportCertificatePem() + "\n");
}
