using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>
/// Holds the published status lists against the log, one list in turn every few seconds: a publication whose lists say something else to those who read lists alone tells
/// two truths. Owned by the follower.
/// </summary>
internal sealed class StatusListWatch(PublicationSource source, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // An entry is logged before the list is signed that reflects it; their clocks are one.
    private static readonly TimeSpan ClockMayStepBack = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, long> _signedAt = [];
    private long? _lookedAt;
    private int _last = -1;
    private int? _contradicted;

    /// <summary>Whether a list contradicted the log when it was read last.</summary>
    public bool AreDoubted => _contradicted is not null;

    /// <summary>When the oldest list was signed, of those read so far; null before the first.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <summary>Null while nothing contradicts; a list that did is read again each time. Codes: status-mismatch, and those of a list that is none.</summary>
    public async Task<Refusal?> RefusalAsync(
        VerifiedTrust trust, Checkpoint checkpoint, StatusIndex standings, LookupIndex lookup, CancellationToken cancellation)
    {
        if (_contradicted is null && _lookedAt is { } before && clock.GetElapsedTime(before) < Every)
            return null;
        // Nothing is compared in the first round: who starts answers first.
        var isFirst = _lookedAt is null;
        _lookedAt = clock.GetTimestamp();
        if (isFirst || (_contradicted ?? Next(standings)) is not { } list)
            return null;
        _last = list;
        var refusal = await RefusalAsync(list, trust, checkpoint, standings, lookup, cancellation);
        _contradicted = refusal is null ? null : list;
        return refusal;
    }

    private int? Next(StatusIndex standings)
    {
        var lists = standings.Lists.Order().Select(list => (int?)list).ToList();
        return lists.Find(list => list > _last) ?? lists.FirstOrDefault();
    }

    private async Task<Refusal?> RefusalAsync(
        int number, VerifiedTrust trust, Checkpoint checkpoint, StatusIndex standings, LookupIndex lookup, CancellationToken cancellation)
    {
        var (list, refusal, path) = await PublishedStatusList.ReadAsync(source, trust, number, PublishedStatusList.Cwt, clock.GetUtcNow(), cancellation);
        // One that is not there, or ran out, misleads nobody.
        if (list is null)
            return refusal.Code is null or Codes.StatusStale ? null : refusal with { Detail = $"{path}: {refusal.Detail}" };
        _signedAt[number] = list.Token.IssuedAt;
        Oldest = DateTimeOffset.FromUnixTimeSeconds(_signedAt.Values.Min());
        // Written after the checkpoint that was read: the next round compares it.
        if (list.Token.LogSize > checkpoint.Size)
            return null;
        var signed = DateTimeOffset.FromUnixTimeSeconds(list.Token.IssuedAt) - ClockMayStepBack;
        for (var index = 0; index < list.Token.List.Length; index++)
        {
            var (said, logged) = (list.Token.List[index], standings[number, index]);
            // What changed after the list was signed is in the next one.
            if (said != logged && !(lookup.FindStanding(number, index) is { } known && DateTimeOffset.FromUnixTimeMilliseconds(known.SinceMs) >= signed))
                return new Refusal(Codes.StatusMismatch, $"{path}: index {index} is {said}; the log says {logged}.");
        }

        return null;
    }
}
