using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>All profiles of an authority, and the object identifiers that it chose for itself.</summary>
public sealed record CertificateProfiles
{
    /// <summary>Extension with the credit code; GM/T 0015 as deployed, reconstructed.</summary>
    public required string CreditCodeExtension { get; init; }

    /// <summary>Extension with the license number, under the authority's own arc.</summary>
    public required string LicenseNumberExtension { get; init; }

    /// <summary>CRL extension with the size of the log that the list reflects.</summary>
    public required string LogSizeExtension { get; init; }

    /// <summary>Policy of certificates whose key a counter made on a token, and of no others.</summary>
    public required string CounterKeyPolicy { get; init; }

    public required CertificateProfile Root { get; init; }

    public required CertificateProfile Subordinate { get; init; }

    public required CertificateProfile Enterprise { get; init; }

    public required CertificateProfile Officer { get; init; }

    public required CertificateProfile OcspSigner { get; init; }

    /// <summary>Delegates that sign receipts; its one purpose is under the authority's own arc.</summary>
    public required CertificateProfile ReceiptSigner { get; init; }

    /// <summary>Delegates that sign badges, likewise.</summary>
    public required CertificateProfile BadgeSigner { get; init; }

    /// <summary>Delegates that sign filings for enterprises that logged in, likewise.</summary>
    public required CertificateProfile PortalSigner { get; init; }

    public required CertificateProfile Service { get; init; }

    /// <summary>Those of the development hierarchy, certs-dev/profiles.json.</summary>
    public static CertificateProfiles Development { get; } = ReadEmbedded();

    /// <exception cref="JsonException">Unknown or missing members.</exception>
    /// <exception cref="InvalidDataException">An identifier under 2.25.</exception>
    public static CertificateProfiles Read(ReadOnlySpan<byte> json)
    {
        var profiles = JsonSerializer.Deserialize(json, ProfilesJson.Default.CertificateProfiles) ?? throw new JsonException("The profiles are null.");

        // GnuTLS refuses certificates with extensions there: it reads arcs into 64 bits, and a UUID has 128.
        foreach (var oid in (string[])[profiles.CreditCodeExtension, profiles.LicenseNumberExtension, profiles.LogSizeExtension, profiles.CounterKeyPolicy])
        {
            if (oid.StartsWith("2.25.", StringComparison.Ordinal))
                throw new InvalidDataException($"{oid}: identifiers under 2.25 break GnuTLS; take an arc of your own enterprise number.");
        }

        return profiles;
    }

    private static CertificateProfiles ReadEmbedded()
    {
        using var stream = typeof(CertificateProfiles).Assembly.GetManifestResourceStream("profiles.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Read(copy.GetBuffer().AsSpan(0, (int)copy.Length));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CertificateProfiles))]
[JsonSerializable(typeof(SubjectKeyKind))]
internal sealed partial class ProfilesJson : JsonSerializerContext;
