using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;

namespace ELicense.Verification.Verdicts;

/// <summary>The one word; in the contract's JSON in lower case with hyphens.</summary>
public enum VerdictValue
{
    Valid,
    Invalid,
    Revoked,
    Cancelled,
    Suspended,
    Superseded,
    Expired,
    NotYetValid,
    Stale,
    Unknown,
}

public enum CheckName
{
    /// <summary>Well-formed, signature right, document and token belong together.</summary>
    Integrity,

    /// <summary>The key is a license key of the trusted authority, used within its scope.</summary>
    Issuer,

    /// <summary>The log names this token's digest at its index.</summary>
    Logged,

    /// <summary>Within the license's own period.</summary>
    Period,

    /// <summary>Standing by the status list.</summary>
    Status,

    /// <summary>Who shows it holds the key on the token; of a presentation.</summary>
    Holder,

    /// <summary>Shown where it belongs: the QR's host, the badge's site.</summary>
    Origin,
}

public enum CheckResult
{
    Pass,
    Fail,
    NotChecked,
}

/// <param name="Code">Stable, of <see cref="Core.Codes"/>.</param>
public sealed record Check(CheckName Name, CheckResult Result, string Code, string Detail);

/// <summary>Standing as the verdict saw it.</summary>
/// <param name="Value">valid, revoked, suspended, superseded, cancelled, not-issued; null when not checked.</param>
/// <param name="List">Null with the index for a certificate that the log does not name.</param>
/// <param name="AsOf">Time of the newest checkpoint's cosignature; null when no publication was at hand.</param>
/// <param name="Since">When this standing began, from the log; null when unknown.</param>
/// <param name="ReasonCode">Code of the published table; null when none.</param>
public sealed record StatusFacts(
    Standing? Value, int? List, int? Index, DateTimeOffset? AsOf, long? LogSize, DateTimeOffset? Since = null, string? ReasonCode = null);

/// <summary>What an enterprise's certificate says of itself.</summary>
/// <param name="Issuer">The CA key that signed it; null when none of the authority's did.</param>
/// <param name="CreditCode">Of organizationIdentifier; null when there is none that is right.</param>
/// <param name="Name">Common name of the subject.</param>
/// <param name="To">Inclusive.</param>
public sealed record CertificateFacts(KeyId? Issuer, SerialNumber Serial, CreditCode? CreditCode, string? Name, DateTimeOffset From, DateTimeOffset To);

/// <summary>What a presentation (出示) says of itself.</summary>
/// <param name="Audience">Whom it is for.</param>
/// <param name="To">Exclusive.</param>
public sealed record PresentationFacts(string Audience, DateTimeOffset From, DateTimeOffset To);

/// <summary>What was found about an artefact: a value, never an exception.</summary>
/// <param name="Checks">Every check by name, in the order of <see cref="CheckName"/>, made or not.</param>
/// <param name="Token">What the token states; null when it could not be read.</param>
/// <param name="Face">The face, when a document of the token's digest was at hand.</param>
/// <param name="Identifier">Electronic certificate identifier of this version; null without token or trust.</param>
/// <param name="OfficeName">Name of the registering office by the directory of offices; null when unknown.</param>
/// <param name="NewerVersion">Number of the newest version when this one is superseded; else null.</param>
public sealed record Verdict(
    VerdictValue Value, IReadOnlyList<Check> Checks, LicenseToken? Token, Face? Face, LicenseIdentifier? Identifier, Core.Trust.BilingualText? OfficeName,
    StatusFacts? Status, int? NewerVersion = null)
{
    /// <summary>When the artefact is a certificate that could be read; a license has none.</summary>
    public CertificateFacts? Certificate { get; init; }

    /// <summary>The token's signature was found right before, and not computed again.</summary>
    public bool SeenBefore { get; init; }

    /// <summary>When the license was presented; the check <see cref="CheckName.Holder"/> says how good that is.</summary>
    public PresentationFacts? Presentation { get; init; }

    /// <summary>The next instant at which time alone, without news from the publication, might make another verdict of it; the last instant there is when none might.</summary>
    /// <param name="maxAge">Of the trust card, in seconds: how old a good standing may be.</param>
    public DateTimeOffset HoldsUntil(long maxAge, DateTimeOffset now)
    {
        var next = DateTimeOffset.MaxValue;
        ReadOnlySpan<DateTimeOffset?> turns =
        [
            Status?.AsOf?.AddSeconds(maxAge), Token is { IssuedAt: var from } ? DateTimeOffset.FromUnixTimeSeconds(from) : null,
            Token is { ExpiresAt: { } to } ? DateTimeOffset.FromUnixTimeSeconds(to) : null,
        ];
        foreach (var turn in turns)
        {
            if (turn > now && turn < next)
                next = turn.Value;
        }

        return next;
    }

    public Check this[CheckName name] => Checks[(int)name];
}
