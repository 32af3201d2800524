using System.Runtime.InteropServices;
using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>A private key object and what its attributes say, read once.</summary>
/// <param name="Handle">Good for one generation of sessions.</param>
/// <param name="Id">CKA_ID, which the pair's halves and its certificate share.</param>
internal sealed record KeyObject(
    ulong Handle, KeyAlgorithm Algorithm, string Label, byte[] Id, byte[] SubjectPublicKeyInfo, bool Sensitive, bool AlwaysSensitive, bool NeverExtractable);

/// <summary>What keys are looked up by; null matches all.</summary>
/// <param name="Label">CKA_LABEL.</param>
/// <param name="Id">CKA_ID in hexadecimal.</param>
internal sealed record KeyName(string? Label, string? Id);

/// <summary>Reading key objects in a session.</summary>
internal static class KeyObjects
{
    public static List<KeyObject> Find(Cryptoki cryptoki, ulong session, KeyName name)
    {
        using var template = new Template().Add(CKA_CLASS, CKO_PRIVATE_KEY);
        if (name.Label is not null)
            template.Add(CKA_LABEL, Encoding.UTF8.GetBytes(name.Label));
        if (name.Id is not null)
            template.Add(CKA_ID, Convert.FromHexString(name.Id));
        var keys = new List<KeyObject>();
        foreach (var handle in cryptoki.FindObjects(session, template))
        {
            if (AlgorithmOf(cryptoki, session, handle) is not null)
                keys.Add(Read(cryptoki, session, handle, PublicHalf(cryptoki, session, handle)));
        }

        return keys;
    }

    public static KeyObject Read(Cryptoki cryptoki, ulong session, ulong handle, ulong publicHandle)
    {
        var algorithm = AlgorithmOf(cryptoki, session, handle) ?? throw new Pkcs11Exception("token-failed", "The token made a key of another type than asked for.");
        var point = cryptoki.GetAttribute(session, publicHandle, CKA_EC_POINT) ?? throw new Pkcs11Exception("key-missing", "A public key has no CKA_EC_POINT.");
        return new KeyObject(
            handle, algorithm, LabelOf(cryptoki, session, handle), cryptoki.GetAttribute(session, handle, CKA_ID) ?? [], algorithm.SubjectPublicKeyInfo(point),
            Flag(cryptoki, session, handle, CKA_SENSITIVE), Flag(cryptoki, session, handle, CKA_ALWAYS_SENSITIVE), Flag(cryptoki, session, handle, CKA_NEVER_EXTRACTABLE));
    }

    // The halves of a pair share CKA_ID (PKCS#11 v2.40 base 4.7).
    private static ulong PublicHalf(Cryptoki cryptoki, ulong session, ulong handle)
    {
        using var template = new Template()
            .Add(CKA_CLASS, CKO_PUBLIC_KEY)
            .Add(CKA_ID, cryptoki.GetAttribute(session, handle, CKA_ID));
        var found = cryptoki.FindObjects(session, template);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new Pkcs11Exception("key-missing", $"The private key '{LabelOf(cryptoki, session, handle)}' has no public key with its CKA_ID on the token."),
            _ => throw new Pkcs11Exception("key-ambiguous", $"{found.Count} public keys have the CKA_ID of the private key '{LabelOf(cryptoki, session, handle)}'."),
        };
    }

    private static KeyAlgorithm? AlgorithmOf(Cryptoki cryptoki, ulong session, ulong handle)
    {
        var type = cryptoki.GetAttribute(session, handle, CKA_KEY_TYPE);
        var parameters = cryptoki.GetAttribute(session, handle, CKA_EC_PARAMS);
        return type is null || parameters is null ? null : KeyAlgorithm.Of(MemoryMarshal.Read<CULong>(type).Value, parameters);
    }

    private static string LabelOf(Cryptoki cryptoki, ulong session, ulong handle) =>
        Encoding.UTF8.GetString(cryptoki.GetAttribute(session, handle, CKA_LABEL) ?? []);

    private static bool Flag(Cryptoki cryptoki, ulong session, ulong handle, ulong type) => cryptoki.GetAttribute(session, handle, type) is [1];
}
