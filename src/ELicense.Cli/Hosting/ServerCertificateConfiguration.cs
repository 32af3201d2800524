using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using ELicense.Core;

namespace ELicense.Cli.Hosting;

/// <summary>TLS certificate of a server of ours. Paths are absolute.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Key">PEM, PKCS #8, that others may not read.</param>
internal sealed record ServerCertificateConfiguration([property: JsonRequired] string Certificate, [property: JsonRequired] string Key)
{
    /// <summary>The certificate with its key. Throws <see cref="CommandException"/>: file-missing, config-format, development-key.</summary>
    public X509Certificate2 Open()
    {
        if (File.Exists(Key) && (File.GetUnixFileMode(Key) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            throw new CommandException(Codes.ConfigFormat, $"{Key} is for its owner's eyes: others may read it.", ExitCodes.Usage);
        using var certificate = ProductionHierarchy.Certificate(Certificate);
        ProductionHierarchy.RequireEarnest(certificate, Certificate);
        try
        {
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), System.Text.Encoding.UTF8.GetString(ProductionHierarchy.Read(Key)));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CommandException(Codes.ConfigFormat, $"{Key} is not the key of {Certificate}: {e.Message}", ExitCodes.Usage);
        }
    }
}
