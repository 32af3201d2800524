using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>Files for other people's programs; gone with the test.</summary>
internal sealed partial class CertificateFolder : IDisposable
{
    /// <summary>As OpenSSL writes it: Nov  2 03:04:05 2026 GMT.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToString("MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy 'GMT'", CultureInfo.InvariantCulture);

    public string Path { get; } = Directory.CreateTempSubdirectory("elicense-certificates-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Pem(X509Certificate2 certificate) => Write(System.IO.Path.GetRandomFileName() + ".pem", certificate.ExportCertificatePem() + "\n");

    public string Text(X509Certificate2 certificate) =>
        Programs.Run("openssl", ["x509", "-text", "-noout", "-nameopt", "oneline,utf8,-esc_msb,lname,-space_eq", "-in", Pem(certificate)]);

    /// <summary>What openssl x509 -text shows below "X509v3 extensions", without margin; identifiers of keys as "(key)".</summary>
    public string Extensions(X509Certificate2 certificate)
    {
        var text = Text(certificate);
        var lines = text[..text.IndexOf("    Signature Algorithm:", text.IndexOf("X509v3 extensions:", StringComparison.Ordinal), StringComparison.Ordinal)]
            .Split('\n').SkipWhile(line => !line.Contains("X509v3 extensions:", StringComparison.Ordinal)).Skip(1).Where(line => !string.IsNullOrWhiteSpace(line));
        return string.Concat(lines.Select(line => KeyIdentifier().Replace(line[12..].TrimEnd(), "(key)") + "\n"));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    [GeneratedRegex("([0-9A-F]{2}:){19}[0-9A-F]{2}")]
    private static partial Regex KeyIdentifier();
}
