using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Trust;

/// <summary>A long-lived key of the authority.</summary>
/// <param name="Algorithm">ES256 or EdDSA; JOSE names.</param>
/// <param name="SubjectPublicKeyInfo">DER; in JSON as a JWK (RFC 7517, RFC 8037).</param>
/// <param name="From">Seconds; signatures before it fail.</param>
/// <param name="To">Seconds, exclusive.</param>
/// <param name="LogSizeTo">Good for entries below this log size only; absent: no bound.</param>
/// <param name="AcceptedBelow">Stolen at this log size: online only what the log names below it is accepted.</param>
public sealed record TrustedKey(
    KeyRole Role, string Algorithm, ReadOnlyMemory<byte> SubjectPublicKeyInfo, KeyId Kid, ReadOnlyMemory<byte>? Certificate,
    long From, long To, long? LogSizeFrom = null, long? LogSizeTo = null, long? AcceptedBelow = null)
{
    /// <summary>Whether it is good for some log sizes only.</summary>
    public bool HasLogSizes => LogSizeFrom is not null || LogSizeTo is not null || AcceptedBelow is not null;

    /// <summary>Whether an entry at this log position may be by this key.</summary>
    public bool IsGoodAt(long position) => !(position < LogSizeFrom || position >= LogSizeTo || position >= AcceptedBelow);
}

/// <summary>Numbers from First to Last, both inclusive.</summary>
public readonly record struct ListRange(int First, int Last)
{
    public bool Contains(int list) => list >= First && list <= Last;
}

/// <summary>Which certificates in the public zone an authority's CA key may stand behind.</summary>
public sealed record Delegation(string Role, KeyId Issuer, string ExtendedKeyUsage);

/// <summary>Text in both languages.</summary>
public sealed record BilingualText(string Chinese, string English);

/// <summary>The authority's card (trust.jws): who it is and which keys speak for it; signed by the root (docs/formats.md, Trust).</summary>
public sealed record TrustCard
{
    /// <summary>typ of the JWS header.</summary>
    public const string Type = "elicense-trust+jws";

    public const int MaxBytes = 256 * 1024;

    /// <summary>Rises with each card.</summary>
    public required long Version { get; init; }

    public required long Issued { get; init; }

    /// <summary>At most 13 months after issued.</summary>
    public required long Expires { get; init; }

    /// <summary>1 to 9999.</summary>
    public required int AuthorityNumber { get; init; }

    public required BilingualText AuthorityName { get; init; }

    /// <summary>The log's origin line and the name of its keys, e.g. gs.example.cn/elicense.</summary>
    public required string Origin { get; init; }

    /// <summary>The issuer field of license identifiers.</summary>
    public required string IdentifierIssuer { get; init; }

    public required string IdentifierRoot { get; init; }

    /// <summary>Two-digit region prefixes; informative, enterprises move.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    public required ListRange LicenseLists { get; init; }

    public required ListRange CertificateLists { get; init; }

    /// <summary>Where status lists are published: sub of list 7 is this, a slash and 7.</summary>
    public required string LicenseStatusBase { get; init; }

    public required string CertificateStatusBase { get; init; }

    /// <summary>host[:port], lower case, that QR texts may name.</summary>
    public required IReadOnlyList<string> QrHosts { get; init; }

    /// <summary>Seconds after which a standing is stale.</summary>
    public required long MaxAge { get; init; }

    public required IReadOnlyList<TrustedKey> Keys { get; init; }

    public required IReadOnlyList<Delegation> Delegations { get; init; }

    /// <summary>Version of the newest earlier card with which the root changed; null: it never did.</summary>
    public long? RootChange { get; init; }

    /// <summary>UTF-8 JSON, the JWS payload: no white space, members in the order of docs/formats.md.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecodeJson"/> would refuse it.</exception>
    public byte[] EncodeJson()
    {
        if (TrustCardBounds.Fault(this) is { } fault)
            throw new InvalidOperationException($"A trust card cannot state this: {fault}.");
        var json = TrustJson.Write(TrustCardJson.From(this), TrustJson.Strict.TrustCardJson);
        return json.Length <= MaxBytes ? json : throw new InvalidOperationException($"A trust card of {json.Length} bytes; at most {MaxBytes} are read.");
    }

    /// <summary>
    /// Bounded, strict: unknown and duplicate members, duplicate kids, a kid that is not its key's, an algorithm that its role may not have are refused.
    /// Codes: too-large, malformed.
    /// </summary>
    public static bool TryDecodeJson(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out TrustCard? card, out Refusal refusal)
    {
        card = null;
        if (!TrustJson.TryRead(json.Span, MaxBytes, TrustJson.Strict.TrustCardJson, out var read, out refusal)
            || !read.TryToCard(out var candidate, out refusal))
            return false;
        if (TrustCardBounds.Fault(candidate) is { } fault)
        {
            refusal = new Refusal(Codes.Malformed, fault);
            return false;
        }
        card = candidate;
        return true;
    }
}
