using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Cryptography.Certificates;

namespace ELicense.Issuance.Certificates;

/// <summary>A certificate of an enterprise that is signed and in the log.</summary>
/// <param name="Issuer">Key of the CA.</param>
/// <param name="MatterId">The matter that gave the right to it.</param>
/// <param name="LogPosition">Of its issuance.</param>
/// <param name="Reason">Number that the newest entry about it states (<see cref="CertificateReasons"/>, <see cref="Reasons"/>); 0: none.</param>
/// <param name="ChangedAt">Of that entry.</param>
/// <param name="KeyMadeAtCounter">A counter made the key pair on a token, and the certificate says so.</param>
/// <param name="HandedOverAt">When the token answered the challenge; null: not yet.</param>
/// <param name="Der">The certificate.</param>
public sealed record EnterpriseCertificate(
    KeyId Issuer, SerialNumber Serial, LicenseNumber License, int List, int Index, long MatterId, long LogPosition, Standing Standing, int Reason, DateTimeOffset ChangedAt,
    bool KeyMadeAtCounter, DateTimeOffset? HandedOverAt, ReadOnlyMemory<byte> Der)
{
    /// <summary>One line of ASCII that the token signs when the certificate is handed over: it names the certificate, so that no other signature serves for it.</summary>
    public required string Challenge { get; init; }

    internal long CertificateIndex => ((long)List * StatusList.CertificateListLength) + Index;

    internal static string ChallengeOf(KeyId issuer, SerialNumber serial, ReadOnlySpan<byte> nonce) => $"elicense handover {issuer} {serial} {Convert.ToHexStringLower(nonce)}";
}
