using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>Trust card and directory of offices as a follower reads them in each round. While their bytes stay the same they are opened once; only the card's period is asked again.</summary>
internal sealed class FollowedTrust(PublicationSource source, TrustAnchor anchor)
{
    private const string OfficesPath = "trust/offices.jws";

    private byte[]? _offices;
    private VerifiedTrust? _opened;

    /// <summary>Codes: those of <see cref="PublishedTrust.OpenAsync"/> and <see cref="VerifiedTrust.TryWithOffices"/>.</summary>
    public async Task<(VerifiedTrust? Trust, Refusal Refusal)> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var reading = source.ReadAsync(PublishedTrust.Path, VerifiedTrust.MaxJwsBytes, cancellation);
        var readingOffices = source.ReadAsync(OfficesPath, VerifiedTrust.MaxOfficesJwsBytes, cancellation);
        await Task.WhenAll(reading, readingOffices);
        var (card, offices) = (await reading, await readingOffices);
        if (_opened is { } known && card is not null && known.Jws.Span.SequenceEqual(card) && offices.AsSpan().SequenceEqual(_offices))
            return known.IsInPeriod(now, out var ended) ? (known, default) : (null, ended);

        var (trust, refusal) = await PublishedTrust.OpenAsync(source, card, anchor, now, cancellation);
        if (trust is null || (offices is not null && !trust.TryWithOffices(offices, out trust, out refusal)))
            return (null, refusal);
        (_opened, _offices) = (trust, offices);
        return (trust, default);
    }
}
