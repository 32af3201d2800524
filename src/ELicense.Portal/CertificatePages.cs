using System.Globalization;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Portal.Pages;
using ELicense.Verification.Verdicts;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Portal;

/// <summary>证书: every certificate of the enterprise that the publication names, with its standing.</summary>
internal static class CertificatePages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/certificates", List).ExcludeFromDescription();

    private static async Task<PageResult<CertificatesPage, CertificatesPage.Certificates>> List(HttpContext context, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        var held = await visitor.View.Certificates.OfAsync(visitor.CreditCode, cancellation);
        var certificates = held.Certificates.Select(der => One(visitor, der, context.Now())).ToList();
        // The one that came in is here, whatever could be read of the others.
        if (!certificates.Exists(one => one.IsLogin))
            certificates.Insert(0, One(visitor, visitor.Certificate, context.Now()));
        return new(context.Page(), new(visitor, certificates, held.AreAll));
    }

    private static CertificatesPage.Certificate One(Visitor visitor, ReadOnlyMemory<byte> der, DateTimeOffset now)
    {
        var read = DecodedCertificate.TryReadCertificate(der, out var decoded, out _);
        return new(
            visitor.View.Verify(new CertificateArtefact(der), now),
            read && SubjectPublicKey.TryRead(decoded!.SubjectPublicKeyInfo, out var key, out _) ? NameOf(key) : null,
            // The one policy that an enterprise CA states (docs/certificates.md, counterKeyPolicy).
            MadeAtCounter: decoded?.Find(X509Oids.CertificatePolicies) is not null,
            IsLogin: der.Span.SequenceEqual(visitor.Certificate.Span));
    }

    private static string NameOf(SubjectPublicKey key) => key.Kind switch
    {
        SubjectKeyKind.P256 => "P-256",
        SubjectKeyKind.P384 => "P-384",
        SubjectKeyKind.Rsa => string.Create(CultureInfo.InvariantCulture, $"RSA {key.Modulus.GetBitLength()}"),
        SubjectKeyKind.Ed25519 => "Ed25519",
        _ => throw new ArgumentException($"No name for {key.Kind}.", nameof(key)),
    };
}
