using ELicense.Core;
using ELicense.Pkcs11;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;

namespace ELicense.Cli.Hosting;

/// <summary>The OCSP responder of the public zone.</summary>
/// <param name="Key">PKCS#11 URI (RFC 7512) of its P-256 key, with pin-source; null: a token of its own beside a development hierarchy, else no responder.</param>
/// <param name="ValidityMinutes">From signing to nextUpdate.</param>
/// <param name="NeverIssued">What is said of a serial number that the log does not name: unauthorized or revoked.</param>
/// <param name="SignaturesPerSecond">New ones, at most.</param>
internal sealed record OcspConfiguration(string? Key = null, int ValidityMinutes = 240, string NeverIssued = "unauthorized", int SignaturesPerSecond = 1000)
{
    private const int LongestMinutes = 7 * 24 * 60;

    public OcspSettings ToSettings(PublicationFollower follower, OcspDelegates delegates) => new()
    {
        Follower = follower,
        Delegates = delegates,
        Validity = TimeSpan.FromMinutes(ValidityMinutes),
        NeverIssuedIsRevoked = NeverIssued == "revoked",
        SignaturesPerSecond = SignaturesPerSecond,
    };

    /// <param name="path">Of the configuration.</param>
    public void Check(string path)
    {
        var fault = ValidityMinutes is < 2 or > LongestMinutes ? $"ocsp.validityMinutes is 2 to {LongestMinutes}."
            : NeverIssued is not ("unauthorized" or "revoked") ? "ocsp.neverIssued is unauthorized or revoked."
            : SignaturesPerSecond is < 1 or > 1_000_000 ? "ocsp.signaturesPerSecond is 1 to 1000000."
            : Key is not null && !Pkcs11Uri.TryParse(Key, out _, out var uriFault) ? $"ocsp.key: {uriFault}"
            : null;
        if (fault is not null)
            throw new CommandException(Codes.ConfigFormat, $"{path}: {fault}", ExitCodes.Usage);
    }
}
