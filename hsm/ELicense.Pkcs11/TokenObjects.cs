using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>Reading, writing and removing objects in a session. Certificates and data are written for everybody to read (CKA_PRIVATE false): both are public by nature.</summary>
internal static class TokenObjects
{
    /// <summary>What the session may see: without a login, public objects only.</summary>
    public static List<(ulong Handle, TokenObject Object)> Read(Cryptoki cryptoki, ulong session)
    {
        // No attribute is asked for: what a write that was cut off left may not even say that it is the token's.
        using var all = new Template();
        return cryptoki.FindObjects(session, all).ConvertAll(handle => (handle, Read(cryptoki, session, handle)));
    }

    /// <summary>Nothing is written when the same object is there already, so that a writer that was cut off may begin again.</summary>
    public static bool Write(Cryptoki cryptoki, ulong session, TokenObject wanted)
    {
        if (Read(cryptoki, session).Any(found => IsSame(found.Object, wanted)))
            return false;
        using var template = TemplateOf(wanted);
        cryptoki.CreateObject(session, template);
        return true;
    }

    public static int Remove(Cryptoki cryptoki, ulong session, Func<TokenObject, bool> unwanted)
    {
        var found = Read(cryptoki, session).FindAll(candidate => unwanted(candidate.Object));
        found.ForEach(candidate => cryptoki.DestroyObject(session, candidate.Handle));
        return found.Count;
    }

    private static TokenObject Read(Cryptoki cryptoki, ulong session, ulong handle)
    {
        var kind = KindOf(cryptoki.GetAttribute(session, handle, CKA_CLASS));
        var hasValue = kind is TokenObjectKind.Data or TokenObjectKind.Certificate;
        return new TokenObject(
            kind,
            Text(cryptoki.GetAttribute(session, handle, CKA_LABEL)),
            kind == TokenObjectKind.Data ? [] : cryptoki.GetAttribute(session, handle, CKA_ID) ?? [],
            kind == TokenObjectKind.Data ? Text(cryptoki.GetAttribute(session, handle, CKA_APPLICATION)) : null,
            hasValue ? Bounded(cryptoki.GetAttribute(session, handle, CKA_VALUE)) : []);
    }

    private static Template TemplateOf(TokenObject wanted)
    {
        var template = new Template()
            .Add(CKA_TOKEN, value: true).Add(CKA_PRIVATE, value: false).Add(CKA_LABEL, Encoding.UTF8.GetBytes(wanted.Label)).Add(CKA_VALUE, wanted.Value.Span);
        switch (wanted.Kind)
        {
            case TokenObjectKind.Data:
                return template.Add(CKA_CLASS, CKO_DATA).Add(CKA_APPLICATION, Encoding.UTF8.GetBytes(wanted.Application ?? ""));
            case TokenObjectKind.Certificate:
                // PKCS#11 v2.40 base 4.6.3: subject, issuer and serial number as the certificate encodes them.
                using (var certificate = X509CertificateLoader.LoadCertificate(wanted.Value.Span))
                {
                    var serial = new AsnWriter(AsnEncodingRules.DER);
                    serial.WriteInteger(certificate.SerialNumberBytes.Span);
                    return template.Add(CKA_CLASS, CKO_CERTIFICATE).Add(CKA_CERTIFICATE_TYPE, CKC_X_509).Add(CKA_ID, wanted.Id.Span)
                        .Add(CKA_SUBJECT, certificate.SubjectName.RawData).Add(CKA_ISSUER, certificate.IssuerName.RawData).Add(CKA_SERIAL_NUMBER, serial.Encode());
                }

            default:
                template.Dispose();
                throw new ArgumentException("Keys are made on the token, never written to it.", nameof(wanted));
        }
    }

    private static bool IsSame(TokenObject found, TokenObject wanted) =>
        found.Kind == wanted.Kind && string.Equals(found.Label, wanted.Label, StringComparison.Ordinal) && found.Id.Span.SequenceEqual(wanted.Id.Span)
        && string.Equals(found.Application, wanted.Application, StringComparison.Ordinal) && found.Value.Span.SequenceEqual(wanted.Value.Span);

    private static TokenObjectKind KindOf(byte[]? value) => value is null ? TokenObjectKind.Other : (ulong)MemoryMarshal.Read<CULong>(value).Value switch
    {
        CKO_DATA => TokenObjectKind.Data,
        CKO_CERTIFICATE => TokenObjectKind.Certificate,
        CKO_PUBLIC_KEY => TokenObjectKind.PublicKey,
        CKO_PRIVATE_KEY => TokenObjectKind.PrivateKey,
        _ => TokenObjectKind.Other,
    };

    // Some tools count a closing NUL.
    private static string Text(byte[]? value) => Encoding.UTF8.GetString(value ?? []).TrimEnd('\0');

    private static byte[] Bounded(byte[]? value) => value switch
    {
        null => [],
        { Length: <= TokenObject.MaxValueBytes } => value,
        _ => throw new Pkcs11Exception("token-failed", $"An object of {value.Length} bytes lies on the token; at most {TokenObject.MaxValueBytes} are read."),
    };
}
