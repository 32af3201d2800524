using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Rules;

/// <summary>What a token states of a face.</summary>
internal static class LicenseClaims
{
    public static LicenseToken For(
        Face face, int office, LicenseNumber number, int version, int list, int index, DateTimeOffset issuedAt, Digest documentDigest) => new()
        {
            CreditCode = face.CreditCode,
            IssuedAt = issuedAt.ToUnixTimeSeconds(),
            ExpiresAt = face.TermTo is { } last ? ChinaTime.EndOfTerm(last).ToUnixTimeSeconds() : null,
            Name = face.Name,
            Kind = face.Kind,
            Representative = face.Representative,
            EstablishedOn = face.EstablishedOn,
            Number = number,
            Office = office,
            Version = version,
            List = list,
            Index = index,
            DocumentDigest = documentDigest,
        };
}
