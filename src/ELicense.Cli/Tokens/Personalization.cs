using System.Security.Cryptography.X509Certificates;
using ELicense.Authority;
using ELicense.Cli.Officers;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>
/// An enterprise's certificate made at a counter, onto the token that the counter holds. Steps 1 to 5; each finds what it did before, so that all of it may be repeated after any interruption, and
/// the matter gives one certificate only.
/// </summary>
internal sealed class Personalization(MatterDesk desk, Pkcs11Token token, TextWriter log)
{
    public async Task<CertificateAnswer> RunAsync(ApplicationDocument matter, RegisterDocument license, CancellationToken cancellation)
    {
        // Step 1: a key pair made on the token, under a name that only this matter has.
        var pair = Pair($"{license.LicenseNumber}.{matter.Id}");
        using var key = Pkcs11SigningKey.Open(pair);
        Said("密钥在令牌上", "key on the token", $"{pair.Label}, id {Convert.ToHexStringLower(pair.Id.Span)}");

        // Step 2: the token proves that it holds the key; the authority certifies it.
        var answer = await desk.IssueAsync(matter.Id, CertificationRequest.Write(key, SubjectOf(license)), cancellation);
        var certificate = CertificateOf(answer, pair);
        Said("证书已颁发", "certificate issued", answer.Details.Serial);

        // Step 3: certificate and license beside the key.
        RemoveRemains(pair);
        token.Write(TokenObject.Certificate(license.Name, pair.Id, certificate));
        var file = LicenseObjects.Of(NumberOf(license), Convert.FromBase64String(answer.LicenseFile));
        token.Write(file);
        token.Remove(found => LicenseObjects.Is(found) && found.Label == file.Label && !found.Value.Span.SequenceEqual(file.Value.Span));
        Said("证书与电子营业执照已写入", "certificate and license written", $"{file.Label}, {file.Value.Length} bytes");

        // Step 4: read back as other programs will.
        using (var holder = HolderKey.Find(token, pair.Label))
        {
            if (!holder.Certificate.Span.SequenceEqual(certificate) || !token.Objects().Any(found => LicenseObjects.Is(found) && found.Value.Span.SequenceEqual(file.Value.Span)))
                throw new CommandException(Codes.TokenFailed, $"The {token} does not give back what was written to it: take it out of service.", ExitCodes.Failed);
        }

        // Step 5: a signature by the key on the token, checked here and there; the certificate is handed over.
        answer = await desk.ConfirmAsync(matter.Id, key, answer.Challenge, cancellation);
        Said("试签成功，已交付", "test signature right, handed over", $"{answer.Details.HandedOverAt:u}");
        return answer;
    }

    private Pkcs11Key Pair(string label)
    {
        var pair = token.FindKey(label) ?? token.GenerateKeyPair(Pkcs11KeyType.P256, label);
        return pair is { Sensitive: true, AlwaysSensitive: true, NeverExtractable: true }
            ? pair
            : throw new CommandException(Codes.KeyWeak, $"The key '{label}' on the {token} was not made there, or may leave it: no certificate of a counter is for such a key.", ExitCodes.Failed);
    }

    // Tokens do not write at one stroke: a process that was cut off leaves a public key alone, or an object without content.
    private void RemoveRemains(Pkcs11Key pair) => token.Remove(found => found.Kind switch
    {
        TokenObjectKind.PublicKey => found.Label == pair.Label && !found.Id.Span.SequenceEqual(pair.Id.Span),
        TokenObjectKind.Certificate or TokenObjectKind.Data => found.Value.IsEmpty && found.Label.Length == 0,
        _ => false,
    });

    private static X500DistinguishedName SubjectOf(RegisterDocument license) => CreditCode.TryParse(license.Uscc, out var code, out var refusal)
        ? SubjectNames.Enterprise(license.Name, code)
        : throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed);

    private static LicenseNumber NumberOf(RegisterDocument license) => LicenseNumber.TryParse(license.LicenseNumber, out var number)
        ? number
        : throw new CommandException(Codes.Malformed, $"The authority answers {license.LicenseNumber} as a license number.", ExitCodes.Failed);

    private static byte[] CertificateOf(CertificateAnswer answer, Pkcs11Key pair)
    {
        using var certificate = X509Certificate2.CreateFromPem(answer.Certificate);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(pair.SubjectPublicKeyInfo.Span)
            ? certificate.RawData
            : throw new CommandException(Codes.KeyDiffers, "The authority's certificate is for another key than the one on the token.", ExitCodes.Failed);
    }

    private void Said(string chinese, string english, string what) => log.WriteLine($"✓ {chinese}  {english}: {what}");
}
