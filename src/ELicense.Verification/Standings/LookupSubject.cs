using ELicense.Core;

namespace ELicense.Verification.Standings;

/// <summary>A certificate as the one text that the look-up is sorted by; no credit code has its form.</summary>
internal static class LookupSubject
{
    public const string Separator = "/";

    public static string Of(KeyId issuer, string serialHex) => issuer + Separator + serialHex;

    /// <summary>RFC 5280 4.1.2.2: two certificates of one issuer have two serial numbers; OCSP and CRLs know nothing else.</summary>
    public static Refusal SecondSerial(string certificate) => new(Codes.StatusMismatch, $"Serial number {certificate} is issued a second time.");
}
