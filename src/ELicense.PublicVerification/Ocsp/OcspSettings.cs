using ELicense.Verification.Publication;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>How the OCSP responder answers.</summary>
public sealed record OcspSettings
{
    /// <summary>The publication whose certificates are answered for; owned by the host.</summary>
    public required PublicationFollower Follower { get; init; }

    /// <summary>Who signs; owned by the host.</summary>
    public required OcspDelegates Delegates { get; init; }

    /// <summary>From signing to nextUpdate, unless the publication's max age or the delegate's certificate ends before.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A serial number that is not in the log: revoked (RFC 6960 2.2) instead of unauthorized (RFC 9919 3.2.3).</summary>
    public bool NeverIssuedIsRevoked { get; init; }

    /// <summary>Answers that are kept at a time; about 1 KiB each.</summary>
    public int MostKept { get; init; } = 32_768;

    /// <summary>New signatures; what is asked beyond them gets a kept answer or tryLater.</summary>
    public int SignaturesPerSecond { get; init; } = 1_000;
}
