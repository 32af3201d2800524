using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.UnitTests.Certificates;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>Other people's programs on a certificate and a CRL: each says good, revoked, or what it said instead.</summary>
internal sealed class RevocationJudges(CertificateFolder folder, TestIssuers issuers)
{
    public string OpenSsl(X509Certificate2 certificate, byte[] list) => Judge("openssl",
        [
            "verify", "-crl_check", "-x509_strict", "-CAfile", folder.Pem(issuers.RootCertificate), "-untrusted", folder.Pem(issuers.Certificate),
            "-CRLfile", folder.Write("openssl.crl", list), folder.Pem(certificate),
        ],
        "certificate revoked");

    /// <param name="rootList">The root's own CRL; null: an empty one.</param>
    public string CertTool(X509Certificate2 certificate, byte[] list, byte[]? rootList = null)
    {
        var empty = new RevocationList { Number = 1, ThisUpdate = TestIssuers.Now.AddMinutes(-10), NextUpdate = TestIssuers.Now.AddDays(7), LogSize = 0, Entries = [] };
        var chain = folder.Write("chain.pem", string.Join(
            '\n', certificate.ExportCertificatePem(), issuers.Certificate.ExportCertificatePem(), issuers.RootCertificate.ExportCertificatePem(), PemText(list),
            PemText(rootList ?? empty.Sign(issuers.Root, previous: null))));
        return Judge("certtool", ["--verify-chain", "--infile", chain], "revoked");
    }

    /// <summary>A database that keeps the newest list that it was given.</summary>
    public Func<byte[], string> Nss(X509Certificate2 certificate)
    {
        var database = Directory.CreateDirectory(Path.Combine(folder.Path, "nss")).FullName;
        string[] where = ["-d", $"sql:{database}"];
        Programs.Run("certutil", ["-N", .. where, "--empty-password"]);
        Programs.Run("certutil", ["-A", .. where, "-n", "root", "-t", "CT,C,C", "-i", folder.Pem(issuers.RootCertificate)]);
        Programs.Run("certutil", ["-A", .. where, "-n", "ca", "-t", ",,", "-i", folder.Pem(issuers.Certificate)]);
        Programs.Run("certutil", ["-A", .. where, "-n", "enterprise", "-t", ",,", "-i", folder.Pem(certificate)]);
        return list =>
        {
            Programs.Run("crlutil", ["-I", .. where, "-t", "1", "-i", folder.Write("nss.crl", list)]);
            return Judge("certutil", ["-V", .. where, "-n", "enterprise", "-u", "C", "-e"], "revoked");
        };
    }

    private static string PemText(byte[] list) => PemEncoding.WriteString("X509 CRL", list);

    private static string Judge(string program, string[] arguments, string whenRevoked)
    {
        try
        {
            Programs.Run(program, arguments);
            return "good";
        }
        catch (InvalidOperationException e)
        {
            return e.Message.Contains(whenRevoked, StringComparison.OrdinalIgnoreCase) ? "revoked" : e.Message;
        }
    }
}
