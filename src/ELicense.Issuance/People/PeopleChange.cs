using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>What may be changed about people; numbers are stored.</summary>
public enum PeopleChangeKind
{
    /// <summary>A new person, with name, office, a certificate and roles.</summary>
    Enrolment = 1,

    /// <summary>These roles in place of the former ones.</summary>
    Roles = 2,

    /// <summary>A further certificate of the same person.</summary>
    Certificate = 3,

    /// <summary>A certificate that counts no more.</summary>
    CertificateWithdrawal = 4,

    /// <summary>The person leaves.</summary>
    Withdrawal = 5,
}

/// <summary>A change of people or rights. Its canonical bytes, [1, kind, person, name, office, fingerprint, [role, office …]] or, with the name of the certificate, [2, kind, person, name, office, fingerprint, issuer, serial, [role, office …]], are stored, and confirmation is bound to their SHA-256.</summary>
/// <param name="Person">Staff number (工号).</param>
/// <param name="Certificate">Of an enrolment, a certificate and its withdrawal.</param>
public sealed record PeopleChange(PeopleChangeKind Kind, string Person, string? Name, int? Office, OfficerCertificate? Certificate, IReadOnlyList<RoleGrant> Roles)
{
    private const int Nameless = 1;
    private const int Named = 2;
    private const int MaxBytes = 16 * 1024;
    private const int MaxDepth = 3;

    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        var certificateName = Certificate?.Name;
        writer.WriteArray(certificateName is null ? 7 : 9);
        writer.WriteInteger(certificateName is null ? Nameless : Named);
        writer.WriteInteger((int)Kind);
        writer.WriteText(Person);
        writer.WriteText(Name ?? "");
        writer.WriteInteger(Office ?? 0);
        writer.WriteBytes(Certificate is { } certificate ? certificate.Fingerprint.ToArray() : []);
        if (certificateName is { } both)
        {
            writer.WriteText(both.Issuer.ToString());
            writer.WriteText(both.Serial.Hex);
        }

        writer.WriteArray(2 * Roles.Count);
        foreach (var grant in Roles)
        {
            writer.WriteInteger((int)grant.Role);
            writer.WriteInteger(grant.Office);
        }
        return writer.ToArray();
    }

    internal static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out PeopleChange? change, out Refusal refusal) =>
        StoredCbor.TryRead(bytes, MaxBytes, MaxDepth, "A change of people", TryRead, out change, out refusal);

    private static bool TryRead(CborReader reader, [NotNullWhen(true)] out PeopleChange? change, out Refusal refusal)
    {
        change = null;
        refusal = default;
        reader.ReadStartArray();
        var format = reader.ReadInt32();
        if (format is not (Nameless or Named))
            throw new CborContentException($"a change of people has format {Nameless} or {Named}.");
        var (kind, person, name, office) = ((PeopleChangeKind)reader.ReadInt32(), reader.ReadTextString(), reader.ReadTextString(), reader.ReadInt32());
        var fingerprint = reader.ReadByteString();
        var certificateName = format == Named ? ReadName(reader.ReadTextString(), reader.ReadTextString()) : null;
        reader.ReadStartArray();
        var roles = new List<RoleGrant>();
        while (reader.PeekState() != CborReaderState.EndArray)
            roles.Add(new RoleGrant((OfficerRole)reader.ReadInt32(), reader.ReadInt32()));
        reader.ReadEndArray();
        reader.ReadEndArray();
        change = new PeopleChange(
            kind, person, name.Length == 0 ? null : name, office == 0 ? null : office,
            fingerprint.Length == 0 ? null : new OfficerCertificate(new Digest(fingerprint), certificateName), roles);
        return true;
    }

    private static CertificateName ReadName(string issuer, string serial) =>
        KeyId.TryParse(issuer, out var kid) && SerialNumber.TryParse(serial, out var number)
        ? new CertificateName(kid, number)
        : throw new CborContentException($"'{issuer}', '{serial}' is no issuer and serial number.");
}
