using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;

namespace ELicense.Core.Tokens;

/// <summary>What a license token states: the claims inside the COSE_Sign1 of type <see cref="Type"/> (docs/formats.md, License token).</summary>
public sealed record LicenseToken
{
    /// <summary>typ of the COSE header.</summary>
    public const string Type = "elicense+cose";

    /// <summary>Upper bound of a whole token, in bytes.</summary>
    public const int MaxBytes = 2048;

    /// <summary>Claim 2, sub.</summary>
    public required CreditCode CreditCode { get; init; }

    /// <summary>Claim 6, iat: seconds since 1970-01-01T00:00:00Z.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Claim 4, exp: the first second after the term; absent: long-term.</summary>
    public long? ExpiresAt { get; init; }

    public required string Name { get; init; }
    public required EnterpriseKind Kind { get; init; }
    public required string Representative { get; init; }
    public required DateOnly EstablishedOn { get; init; }
    public required LicenseNumber Number { get; init; }

    /// <summary>Number of the registering office (登记机关) within the authority.</summary>
    public required int Office { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Version { get; init; }

    /// <summary>Status list number and index within it.</summary>
    public required int List { get; init; }

    public required int Index { get; init; }

    /// <summary>SHA-256 of the document.</summary>
    public required Digest DocumentDigest { get; init; }

    /// <summary>The claims as deterministic CBOR: the payload to sign.</summary>
    public byte[] EncodeClaims() => throw new NotImplementedException();

    public static bool TryDecodeClaims(ReadOnlyMemory<byte> claims, [NotNullWhen(true)] out LicenseToken? token, out Refusal refusal) => throw new NotImplementedException();
}
