using ELicense.Core;

namespace ELicense.Verification.Standings;

/// <summary>A certificate as the one text that the look-up is sorted by; no credit code has its form.</summary>
internal static class LookupSubject
{
    public const string Separator = "/";

    public static string Of(KeyId issuer, string serialHex) => issuer + Separator + serialHex;
}
