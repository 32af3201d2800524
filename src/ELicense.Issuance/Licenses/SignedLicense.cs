using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;

namespace ELicense.Issuance.Licenses;

/// <summary>A prepared license with a signature that verifies under the pinned key over the stored bytes.</summary>
internal sealed class SignedLicense
{
    private SignedLicense(PreparedLicense prepared, byte[] token)
    {
        Prepared = prepared;
        Token = token;
        Statement = Digest.Of(prepared.ToBeSigned);
    }

    public PreparedLicense Prepared { get; }

    /// <summary>The COSE_Sign1.</summary>
    public byte[] Token { get; }

    /// <summary>Digest of the Sig_structure.</summary>
    public Digest Statement { get; }

    /// <summary>What the key has just signed.</summary>
    public static bool TryAccept(
        PreparedLicense prepared, byte[] signature, VerificationKey pinned, [NotNullWhen(true)] out SignedLicense? signed, out Refusal refusal)
    {
        signed = null;
        if (!pinned.Verify(prepared.ToBeSigned, signature))
        {
            refusal = new Refusal(Codes.SignatureWrong, $"The license key's signature does not verify under the pinned key {pinned.Kid}.");
            return false;
        }

        refusal = default;
        signed = new SignedLicense(
            prepared, new CoseSign1(pinned.Suite.CoseAlgorithm(), pinned.Kid, LicenseToken.Type, prepared.ClaimBytes, signature).Encode());
        return true;
    }

    /// <summary>The signature that is recorded already; no other is ever released.</summary>
    internal static bool TryRehydrate(
        PreparedLicense prepared, byte[] token, VerificationKey pinned, [NotNullWhen(true)] out SignedLicense? signed, out Refusal refusal)
    {
        signed = null;
        if (!CoseSign1.TryDecode(token, LicenseToken.MaxBytes, out var message, out refusal))
            return false;
        if (!message.SigStructure().AsSpan().SequenceEqual(prepared.ToBeSigned) || !pinned.Verify(prepared.ToBeSigned, message.Signature.Span))
        {
            refusal = new Refusal(Codes.SignatureWrong, $"The recorded signature for matter {prepared.MatterId} does not verify under the pinned key {pinned.Kid}.");
            return false;
        }

        signed = new SignedLicense(prepared, token);
        return true;
    }
}
