using ELicense.Core;
using ELicense.Core.Licenses;

namespace ELicense.Verification.Verdicts;

/// <summary>What is known about the standing of one license version at one log size; the view answers it from index and look-up.</summary>
/// <param name="LoggedDigest">Digest of kind 1 that the log names at this index; null when it names none.</param>
public sealed record StandingEvidence(
    Standing Standing, Digest? LoggedDigest, long? LoggedAt, DateTimeOffset AsOf, long LogSize, DateTimeOffset? Since, int Reason, int? NewestVersion);

/// <summary>The pure verifier: token, document, trust, standing and instant in, verdict out. No I/O, no clock, no state.</summary>
public static class LicenseVerifier
{
    /// <param name="document">Null when only the token is at hand.</param>
    /// <param name="qrHost">Null when the token did not come in a QR text.</param>
    /// <param name="evidenceFor">Asked once, after integrity and issuer have passed; null result: no publication at hand.</param>
    public static Verdict Verify(
        ReadOnlyMemory<byte> token, ReadOnlyMemory<byte>? document, string? qrHost, Trust.VerifiedTrust trust,
        Func<Core.Tokens.LicenseToken, StandingEvidence?> evidenceFor, DateTimeOffset now) => throw new NotImplementedException();
}
