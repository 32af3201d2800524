using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;

namespace ELicense.Issuance.Licenses;

/// <summary>A license version with its numbers and the exact bytes that will be signed; they are stored before anything is signed.</summary>
internal sealed class PreparedLicense
{
    private PreparedLicense(long matterId, LicenseToken claims, byte[] claimBytes, byte[] toBeSigned, byte[] document)
    {
        MatterId = matterId;
        Claims = claims;
        ClaimBytes = claimBytes;
        ToBeSigned = toBeSigned;
        Document = document;
    }

    public long MatterId { get; }

    public LicenseToken Claims { get; }

    public byte[] ClaimBytes { get; }

    /// <summary>Sig_structure, RFC 9052 4.4.</summary>
    public byte[] ToBeSigned { get; }

    public byte[] Document { get; }

    /// <summary>list * 2^20 + index.</summary>
    public long StatusIndex => ((long)Claims.List * StatusList.LicenseListLength) + Claims.Index;

    public static PreparedLicense Prepare(
        ApprovedMatter approved, FaceContent content, NewDocument document, int office, LicenseNumber number, int version, long statusIndex, DateTimeOffset issuedAt,
        VerificationKey licenseKey)
    {
        var (list, index) = Math.DivRem(statusIndex, StatusList.LicenseListLength);
        var claims = LicenseClaims.For(content.Face, office, number, version, (int)list, (int)index, issuedAt, document.Digest);
        var bytes = claims.EncodeClaims();
        return new PreparedLicense(approved.Id, claims, bytes, SigStructure(licenseKey, bytes), document.Bytes);
    }

    /// <summary>What a killed process had prepared; it must still be the approved face, and the key that it was prepared for.</summary>
    internal static bool TryRehydrate(
        ApprovedMatter approved, FaceContent content, PreparedRow row, VerificationKey licenseKey,
        [NotNullWhen(true)] out PreparedLicense? prepared, out Refusal refusal)
    {
        prepared = null;
        if (!LicenseToken.TryDecodeClaims(row.Claims, out var claims, out refusal) || !LicenseDocument.TryDecode(row.Document, out var document, out refusal))
            return false;
        if (Digest.Of(row.Document) != claims.DocumentDigest || !document.Face.Encode().AsSpan().SequenceEqual(content.Face.Encode()))
            refusal = new Refusal(Codes.ContentChanged, $"What was prepared for matter {approved.Id} is not what was approved.");
        else if (!SigStructure(licenseKey, row.Claims).AsSpan().SequenceEqual(row.ToBeSigned))
            refusal = new Refusal(Codes.KeyDiffers, $"Matter {approved.Id} was prepared for another license key than {licenseKey.Kid}.");
        else
            prepared = new PreparedLicense(approved.Id, claims, row.Claims, row.ToBeSigned, row.Document);
        return prepared is not null;
    }

    private static byte[] SigStructure(VerificationKey key, byte[] claims) => CoseSign1.SigStructure(key.Suite.CoseAlgorithm(), key.Kid, LicenseToken.Type, claims);
}

/// <summary>The document of a version to come, with a salt of its own, and its SHA-256.</summary>
internal sealed record NewDocument(byte[] Bytes, Digest Digest)
{
    public static NewDocument Of(Face face)
    {
        var bytes = new LicenseDocument(RandomNumberGenerator.GetBytes(LicenseDocument.SaltSize), face).Encode();
        return new NewDocument(bytes, Digest.Of(bytes));
    }
}

/// <summary>The stored columns of a prepared license.</summary>
internal sealed record PreparedRow(byte[] Claims, byte[] ToBeSigned, byte[] Document, byte[]? Token);
