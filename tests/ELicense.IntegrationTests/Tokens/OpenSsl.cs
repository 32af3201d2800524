using System.Formats.Asn1;
using System.Numerics;
using ELicense.Cryptography.Keys;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>The openssl command as a judge of signatures.</summary>
internal static class OpenSsl
{
    /// <returns>What openssl pkeyutl says.</returns>
    public static string Verify(VerificationKey key, byte[] message, byte[] signature)
    {
        var folder = Directory.CreateTempSubdirectory("elicense-openssl-").FullName;
        try
        {
            string Write(string name, byte[] bytes)
            {
                var path = Path.Combine(folder, name);
                File.WriteAllBytes(path, bytes);
                return path;
            }

            var isEs256 = key.Suite == Suite.Es256;
            string[] arguments =
            [
                "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", Write("key.der", key.SubjectPublicKeyInfo.ToArray()),
                "-rawin", "-in", Write("message", message), "-sigfile", Write("signature", isEs256 ? ToDer(signature) : signature),
                .. isEs256 ? new[] { "-digest", "sha256" } : [],
            ];
            return Programs.Run("openssl", arguments).Trim();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // RFC 3279 2.2.3: SEQUENCE { r, s }.
    private static byte[] ToDer(byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }
}
