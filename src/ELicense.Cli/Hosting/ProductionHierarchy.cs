using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Cli.Ceremony;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Issuance.People;
using ELicense.Pkcs11;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Hosting;

/// <summary>Opens the hierarchy that a configuration names. Nothing that is marked as development is taken, no address without TLS, no key that the trust card does not name.</summary>
internal sealed class ProductionHierarchy(HierarchyConfiguration configuration, DateTimeOffset now)
{
    /// <summary>Throws <see cref="CommandException"/>: address-insecure, qr-host, config-format, development-key, key-unknown, file-missing and those of the trust card.</summary>
    public static AuthorityHierarchy Open(HierarchyConfiguration configuration, DateTimeOffset now) => new ProductionHierarchy(configuration, now).Open();

    private AuthorityHierarchy Open()
    {
        if (configuration.PublicAddress is not { IsAbsoluteUri: true, Scheme: "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" } address)
            throw Refused(Codes.AddressInsecure, $"authority.publicAddress is https://host[:port], not {configuration.PublicAddress}.");
        if (!Digest.TryParseHex(configuration.Root, out var root))
            throw Refused(Codes.ConfigFormat, "authority.root is the SHA-256 of the root's SubjectPublicKeyInfo, 64 hexadecimal digits.");
        if (!VerifiedTrust.TryOpen(Read(configuration.Trust), TrustAnchor.Fingerprint(root), now, out var trust, out var refusal))
            throw Refused(refusal.Code, $"{configuration.Trust}: {refusal.Detail}");
        if (!trust.Card.QrHosts.Contains(address.Authority))
            throw Refused(Codes.QrHost, $"The trust card names {string.Join(", ", trust.Card.QrHosts)} as hosts of QR texts, not {address.Authority}: a ceremony adds it.");
        foreach (var key in trust.Card.Keys.Where(key => key.Certificate is not null))
        {
            using var certificate = X509CertificateLoader.LoadCertificate(key.Certificate!.Value.Span);
            RequireEarnest(certificate, $"the trust card's {key.Role} {key.Kid}");
        }

        return new AuthorityHierarchy(trust, Places(trust), now)
        {
            RootFingerprint = root,
            Profiles = ReadProfiles(),
            Offices = configuration.Offices,
            People = [.. configuration.People.Select(person => ReadPerson(person, AuthorityHierarchy.OfficersCasOf(trust)))],
            Door = configuration.Door.Open(),
            RootLists = [.. configuration.RootLists.Select(list => (ReadOnlyMemory<byte>)Read(list))],
        };
    }

    private Dictionary<KeyId, IReadOnlyList<Pkcs11Uri>> Places(VerifiedTrust trust)
    {
        var places = new Dictionary<KeyId, IReadOnlyList<Pkcs11Uri>>();
        foreach (var (text, number) in configuration.Keys.Select((text, index) => (text, index + 1)))
        {
            // The text itself is not repeated: a PIN may be in it by mistake.
            if (!Pkcs11Uri.TryParse(text, out var uri, out var fault))
                throw Refused(Codes.ConfigFormat, $"authority.keys, {number}: {fault}");
            if (uri.Pin is null || !KeyId.TryParse(uri.Id ?? "", out var kid))
                throw Refused(Codes.ConfigFormat, $"authority.keys, {number}: the URI of a key has its id, as the ceremony says it, and a pin-source.");
            if (!trust.Card.Keys.Any(key => key.Kid == kid))
                throw Refused(Codes.KeyUnknown, $"authority.keys, {number}: the trust card names no key {kid}.");
            places[kid] = [.. places.GetValueOrDefault(kid, []), uri];
        }

        return places;
    }

    private CertificateProfiles ReadProfiles()
    {
        try
        {
            return CertificateProfiles.Read(Read(configuration.Profiles));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Refused(Codes.ConfigFormat, $"{configuration.Profiles}: {e.Message}");
        }
    }

    private static FirstPerson ReadPerson(FirstPersonConfiguration person, IReadOnlyList<X509Certificate2> officersCas)
    {
        using var certificate = Certificate(person.Certificate);
        RequireEarnest(certificate, person.Certificate);
        var roles = person.Roles.Select(name => OfficerRoles.TryFromApiName(name, out var role)
            ? new RoleGrant(role, person.Office)
            : throw Refused(Codes.ConfigFormat, $"authority.people, {person.Staff}: there is no role {name}."));
        return new FirstPerson(person.Staff, person.Name, person.Office, OfficerCertificate.Of(certificate, officersCas), [.. roles]);
    }

    internal static X509Certificate2 Certificate(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Read(path));
        }
        catch (CryptographicException e)
        {
            throw Refused(Codes.ConfigFormat, $"{path} is no certificate: {e.Message}");
        }
    }

    /// <summary>Throws development-key for what a development hierarchy made.</summary>
    internal static void RequireEarnest(X509Certificate2 certificate, string whose)
    {
        if (certificate.Subject.Contains(CeremonyPlan.Development.Mark!, StringComparison.Ordinal) || certificate.Issuer.Contains(CeremonyPlan.Development.Mark!, StringComparison.Ordinal))
            throw Refused(Codes.DevelopmentKey, $"The certificate of {whose} says {CeremonyPlan.Development.Mark}.");
    }

    internal static byte[] Read(string path) => Path.IsPathFullyQualified(path) && File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw Refused(Codes.FileMissing, $"There is no file {path}, or its path is not absolute.");

    private static CommandException Refused(string code, string message) => new(code, message, ExitCodes.Usage);
}
