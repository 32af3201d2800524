using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Enterprises;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>Names of subjects. The builder writes what was added last first, as RFC 4514 2.1 does: the country leads in the encoding.</summary>
public static class SubjectNames
{
    /// <summary>What stands before the credit code in an organization identifier.</summary>
    public const string OrganizationIdentifierPrefix = $"NTR{Country}-";

    private const string Country = "CN";

    /// <summary>ETSI EN 319 412-1 5.1.4: legal person, by a register of trade, in China.</summary>
    public static string OrganizationIdentifier(CreditCode code) => OrganizationIdentifierPrefix + code.Value;

    /// <summary>A legal person (ETSI EN 319 412-3 4.2.1): C, O, organizationIdentifier, CN.</summary>
    /// <param name="name">As registered. What is beyond 64 characters (RFC 5280 A.1) is cut in CN and O, and never in the license.</param>
    public static X500DistinguishedName Enterprise(string name, CreditCode code)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(Shortened(name));
        builder.Add(X509Oids.OrganizationIdentifier, OrganizationIdentifier(code), UniversalTagNumber.UTF8String);
        builder.AddOrganizationName(Shortened(name));
        builder.AddCountryOrRegion(Country);
        return builder.Build();
    }

    /// <summary>Officers, delegates, services: CN alone.</summary>
    public static X500DistinguishedName Common(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        return builder.Build();
    }

    /// <summary>A CA: C, O, CN.</summary>
    public static X500DistinguishedName Authority(string commonName, string organization)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        builder.AddOrganizationName(organization);
        builder.AddCountryOrRegion(Country);
        return builder.Build();
    }

    // RFC 5280 A.1: ub-common-name and ub-organization-name are 64 characters; no surrogate pair is torn.
    private static string Shortened(string name)
    {
        const int Longest = 64;
        if (name.Length <= Longest)
            return name;
        var cut = char.IsHighSurrogate(name[Longest - 1]) ? Longest - 1 : Longest;
        return name[..cut];
    }
}
