using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;

namespace ELicense.Issuance.Rules;

/// <summary>
/// A token is never truncated: one whose QR code would be above version 24 (ISO/IEC 18004) is refused before approval. The largest numbers are assumed,
/// so that what fits when it is applied for fits when it is carried out.
/// </summary>
internal static class TokenFitsTheQrCode
{
    private const long LargestSerial = 9_999_999_999;

    public static Refusal? Check(IssuanceCandidate candidate)
    {
        var settings = candidate.Settings;
        var number = new LicenseNumber(settings.AuthorityNumber, LargestSerial);
        var claims = LicenseClaims.For(
            candidate.Face, candidate.Office, number, VersionsAreLeft.Last, settings.LicenseLists.Last, Core.Status.StatusList.LicenseListLength - 1, candidate.Now, default);
        var token = new CoseSign1(
            candidate.LicenseKey.Suite.CoseAlgorithm(), candidate.LicenseKey.Kid, LicenseToken.Type, claims.EncodeClaims(), new byte[CoseSign1.SignatureSize]).Encode();
        var version = token.Length > LicenseToken.MaxBytes ? int.MaxValue : QrText.VersionNeeded(QrText.LengthFor(settings.PublicAddress, token.Length));
        return version <= QrText.MaxQrVersion
            ? null
            : new Refusal(Codes.TokenTooLarge, $"A token of {token.Length} bytes needs more than QR version {QrText.MaxQrVersion}.");
    }
}
