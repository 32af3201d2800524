using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Cli.Ceremony;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Issuance;
using ELicense.Issuance.Matters;

namespace ELicense.Cli.Demo;

/// <summary>
/// A licensed enterprise of the demo at the counter: its certificate, issued and handed over like any other, takes the place of the ceremony's in <c>dev/enterprise.pem</c> and <c>.p12</c>, of
/// which the log knows nothing.
/// </summary>
internal sealed class EnterpriseAtCounter(AuthorityZone authority, Officer clerk, DataFolder data)
{
    private const string File = "enterprise";

    /// <summary>From an earlier run: the certificate in the file names a license, as only those in the log do.</summary>
    public bool HasCertificate
    {
        get
        {
            using var present = X509CertificateLoader.LoadCertificateFromFile(data.Certificate(File));
            return present.Extensions[CertificateProfiles.Development.LicenseNumberExtension] is not null;
        }
    }

    /// <returns>Null: the files hold it. Else the authority's refusal.</returns>
    public Refusal? Certify(CreditCode code)
    {
        var license = authority.Licensing.FindLicense(code)!.Newest;
        var matter = authority.Licensing.FindHistory(license.Number)!.Events.First(happened => happened.Type == MatterType.Issuance).MatterId;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(SubjectNames.Enterprise(license.Name, code), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var certificates = authority.Licensing.Certificates;
        if (!certificates.TryIssue(clerk, matter, request, keyMadeAtCounter: false, out var issued, out var refusal))
            return refusal;
        var signature = key.SignData(Encoding.ASCII.GetBytes(issued.Challenge), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (!certificates.TryConfirm(clerk, matter, signature, out issued, out refusal))
            return refusal;

        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        PrivateFile.Write(Path.Combine(data.Development, File + ".p12"), CeremonyCertificates.Pkcs12(certificate, key));
        PrivateFile.Write(data.Certificate(File), CeremonyCertificates.Pem(certificate, key));
        return null;
    }
}
