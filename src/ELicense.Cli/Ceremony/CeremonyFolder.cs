using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;

namespace ELicense.Cli.Ceremony;

/// <summary>What a ceremony leaves: each file that is not secret goes into the transcript with its digest. A rehearsal leaves nothing.</summary>
/// <param name="root">Null: a rehearsal.</param>
internal sealed class CeremonyFolder(string? root, Transcript transcript)
{
    public const string Act = "wrote";
    public const string RootCertificate = "root.pem";
    public const string Card = "trust.jws";
    public const string Fingerprint = "root.fingerprint";
    public const string RootList = "root.crl";
    public const string Keys = "keys.json";
    public const string Plan = "plan.json";
    public const string Profiles = "profiles.json";

    public bool IsRehearsal => root is null;

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        transcript.Add(Act, ("file", name), ("sha256", Digest.Of(content).ToString()));
        if (root is not null)
            File.WriteAllBytes(Path.Combine(root, name), content);
    }

    public void Write(string name, X509Certificate2 certificate) => Write(name, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));

    /// <summary>The seal of the transcript itself, which no line can name.</summary>
    public void Seal(byte[] jws)
    {
        if (root is not null)
            File.WriteAllBytes(Path.Combine(root, TranscriptCheck.SealFile), jws);
    }

    /// <summary>A private key of a development hierarchy.</summary>
    public void WriteSecret(string name, ReadOnlySpan<byte> content)
    {
        if (root is not null)
            PrivateFile.Write(Path.Combine(root, name), content);
    }
}
