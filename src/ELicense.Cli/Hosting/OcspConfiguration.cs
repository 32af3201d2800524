using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Issuance.Delegates;
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

    /// <summary>Those of the configuration; a development authority also certifies the public zone of its own data folder.</summary>
    public static IReadOnlyList<NamedDelegate> Named(IReadOnlyList<DelegateConfiguration>? configured, DataFolder data)
    {
        var named = (configured ?? []).Select(one => one.ToDelegate()).ToList();
        if (File.Exists(data.RootFingerprint) && File.Exists(data.OcspKeyFingerprint) && Digest.TryParseHex(File.ReadAllText(data.OcspKeyFingerprint).Trim(), out var own))
            named.Add(new NamedDelegate(OcspDelegates.Role, own));
        return named;
    }
}

/// <param name="Role">ocsp.</param>
/// <param name="Key">SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits: what the public zone wrote to public/ocsp.key of its data folder.</param>
internal sealed record DelegateConfiguration([property: JsonRequired] string Role, [property: JsonRequired] string Key)
{
    public NamedDelegate ToDelegate() => Role == OcspDelegates.Role && Digest.TryParseHex(Key, out var key)
        ? new NamedDelegate(Role, key)
        : throw new CommandException(Codes.ConfigFormat, $"delegates: {Role} {Key} is no role and SHA-256 of a SubjectPublicKeyInfo.", ExitCodes.Usage);
}
