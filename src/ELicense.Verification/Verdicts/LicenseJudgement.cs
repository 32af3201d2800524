using System.Globalization;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>
/// A license judged, before anybody asked for particulars: value and checks. For a token seen before that passes them all it takes no memory of its own;
/// <see cref="ToVerdict"/> makes the list, the identifier and the names.
/// </summary>
public readonly struct LicenseJudgement
{
    public required VerdictValue Value { get; init; }

    public required Check Integrity { get; init; }

    public required Check Issuer { get; init; }

    public required Check Logged { get; init; }

    public required Check Period { get; init; }

    public required Check Status { get; init; }

    public required Check Origin { get; init; }

    /// <summary>Its signature was found right before, and not computed again.</summary>
    public bool SeenBefore { get; init; }

    /// <summary>What the token states; null when it could not be read.</summary>
    public LicenseToken? Token { get; init; }

    /// <summary>The face, when a document of the token's digest was at hand.</summary>
    public Face? Face { get; init; }

    /// <summary>Null when no publication was at hand, or the token is not authentic.</summary>
    public StandingEvidence? Evidence { get; init; }

    public Verdict ToVerdict(VerifiedTrust trust)
    {
        Check[] checks = [Integrity, Issuer, Logged, Period, Status, LicenseChecks.NotMade(CheckName.Holder), Origin];
        if (Token is not { } token)
            return new Verdict(Value, checks, Token: null, Face: null, Identifier: null, OfficeName: null, Status: null);
        BilingualText? office = null;
        trust.Offices?.Offices.TryGetValue(token.Office, out office);
        var facts = LicenseVerifier.FactsOf(token.List, token.Index, Logged, Evidence);
        var newer = facts.Value == Standing.Superseded ? Evidence?.NewestVersion : null;
        return new Verdict(Value, checks, token, Face, IdentifierOf(token, trust.Card), office, facts, newer) { SeenBefore = SeenBefore };
    }

    private static LicenseIdentifier IdentifierOf(LicenseToken token, TrustCard card) => new(
        card.IdentifierRoot, LicenseIdentifier.BusinessLicenseType, card.IdentifierIssuer,
        string.Create(CultureInfo.InvariantCulture, $"{token.Number.Authority:D4}{token.Number.Serial:D10}"), token.Version);
}
