using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Publication;

/// <param name="StateFolder">Caches that may be deleted; null: in memory.</param>
/// <param name="HighWaterFolder">High-water mark (trust version, checkpoint size and root), kept apart from the caches; null: none is kept.</param>
public sealed record FollowerSettings(TrustAnchor Anchor, string? StateFolder, string? HighWaterFolder)
{
    /// <summary>The one authority whose publication is followed, by its number; null: whichever the card says.</summary>
    public int? Authority { get; init; }

    /// <summary>How many tokens whose signatures were right are remembered, some 600 bytes each.</summary>
    public int RememberedTokens { get; init; } = 16_384;
}

/// <summary>What a round of following came to.</summary>
/// <param name="Refusal">Null when all is well; else the last good state goes on.</param>
public sealed record FollowResult(long LogSize, int NewEntries, Refusal? Refusal);

/// <summary>
/// Follows one publication: verifies everything it takes over, keeps a high-water mark, refuses rollback, forks and unknown entries. Rounds never overlap; what a
/// round refuses leaves view, caches and mark as they were.
/// </summary>
public sealed class PublicationFollower : IDisposable
{
    private const int RestartsOfARound = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitAfterRefusal = TimeSpan.FromSeconds(1);

    private readonly PublicationSource _source;
    private readonly FollowerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly FollowedTrust _trust;
    private readonly StatusListWatch _lists;
    private readonly LogProver _prover;
    private readonly RevocationListWatch _revocationLists;
    private readonly CertificateReading _certificates;
    private readonly SemaphoreSlim _oneRound = new(1, 1);
    private LookupIndex? _lookup;
    private HighWaterMark? _mark;
    private MerkleFrontier _frontier = new();
    private StatusIndex _standings = new();
    private long _asOfSeenAt;
    private SnapshotKeeper _snapshots;
    private ProvenTokens _seen;
    private PublicationView? _view;
    private int _newEntries;

    public PublicationFollower(PublicationSource source, FollowerSettings settings, TimeProvider clock)
    {
        _source = source;
        _settings = settings;
        _clock = clock;
        _trust = new FollowedTrust(source, settings.Anchor);
        _lists = new StatusListWatch(source, clock);
        _prover = new LogProver(source);
        _revocationLists = new RevocationListWatch(source, clock);
        _certificates = new CertificateReading(source, BetweenRoundsAsync);
        _snapshots = new SnapshotKeeper(settings.StateFolder, clock);
        _seen = new ProvenTokens(settings.RememberedTokens);
    }

    /// <summary>The newest good state; null before the first.</summary>
    public PublicationView? View => Volatile.Read(ref _view);

    /// <summary>The newest round's refusal; null when it was good.</summary>
    public Refusal? LastRefusal { get; private set; }

    /// <summary>Of what others read of the publication.</summary>
    public PublishedAges Ages => new(_lists.Oldest, _revocationLists.ThisUpdate, _revocationLists.NextUpdate);

    /// <summary>One round: trust, checkpoint, new entries, packs. Throws only when cancelled.</summary>
    public async Task<FollowResult> PollAsync(CancellationToken cancellation)
    {
        await _oneRound.WaitAsync(cancellation);
        try
        {
            _newEntries = 0;
            LastRefusal = await RefusalOfRoundAsync(cancellation);
            return new FollowResult(_frontier.Size, _newEntries, LastRefusal);
        }
        finally
        {
            _oneRound.Release();
        }
    }

    /// <summary>Number of the authority that the settings name; null: they name none.</summary>
    public int? Authority => _settings.Authority;

    /// <summary>Where the publication is read from, for logs and messages.</summary>
    public string Name => _source.Name;

    /// <summary>Rounds until cancelled, each after the checkpoint changed.</summary>
    /// <param name="followed">Told of each round, also of a refused one; null: nobody listens.</param>
    public async Task RunAsync(Action<FollowResult>? followed, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var result = await PollAsync(cancellation);
                followed?.Invoke(result);
                await _source.WaitForChangeAsync(result.Refusal is null ? LongestWait : WaitAfterRefusal, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Reads the certificates that the rounds so far found in the log, so that they are found by credit code; for who asks so, since it costs a small file each. Codes: certificate-missing,
    /// digest-mismatch, publication-unreadable.
    /// </summary>
    /// <returns>Null when all were read; else the rest is tried again at the next call.</returns>
    public Task<Refusal?> ReadCertificatesAsync(CancellationToken cancellation) => _certificates.RunAsync(cancellation);

    public void Dispose()
    {
        _lookup?.Dispose();
        _certificates.Dispose();
        _oneRound.Dispose();
    }

    private async Task BetweenRoundsAsync(Action<LookupIndex> use, CancellationToken cancellation)
    {
        await _oneRound.WaitAsync(cancellation);
        try
        {
            if (_lookup is { } lookup)
                use(lookup);
        }
        finally
        {
            _oneRound.Release();
        }
    }

    private async Task<Refusal?> RefusalOfRoundAsync(CancellationToken cancellation)
    {
        try
        {
            return await RunRoundAsync(cancellation);
        }
        catch (SqliteException damaged) when (LookupIndex.IsDamage(damaged))
        {
            StartAnew();
            return new Refusal(Codes.PublicationUnreadable, $"The look-up index is damaged and is built again: {damaged.Message}");
        }
        catch (Exception failed) when (failed is IOException or HttpRequestException or UnauthorizedAccessException or InvalidDataException or SqliteException
            || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Refusal(Codes.PublicationUnreadable, $"{_source.Name}: {failed.Message}");
        }
    }

    private async Task<Refusal?> RunRoundAsync(CancellationToken cancellation)
    {
        // Step 1: trust
        var now = _clock.GetUtcNow();
        var (trust, refusal) = await _trust.ReadAsync(now, cancellation);
        if (trust is null)
            return refusal;
        if (_settings.Authority is { } expected && trust.Card.AuthorityNumber != expected)
            return new Refusal(Codes.IssuerScope, $"The trust card is of authority {trust.Card.AuthorityNumber}; {expected} is expected here.");
        if (_lookup is null && !TryResume(trust, out refusal))
            return refusal;
        if (_mark is not null && _mark.Origin != trust.Card.Origin)
            return new Refusal(Codes.TrustRoot, $"The trust card is of {trust.Card.Origin}; this follower follows {_mark.Origin}.");
        if (_mark is not null && await _mark.RefusalAsync(_source, trust, _settings.Anchor, cancellation) is { } older)
            return older;

        for (var attempt = 1; ; attempt++)
        {
            // Step 2: checkpoint
            var (signed, refused) = await SignedCheckpoint.ReadAsync(_source, trust, now, cancellation);
            if (signed is null)
                return refused;
            if (_mark?.Admits(signed.Checkpoint, signed.Time, out refusal) == false)
                return refusal;
            if (!Extends(signed.Checkpoint, out refusal))
                return DoubtingTheCache(refusal);
            if (ClockStands(signed))
                return new Refusal(Codes.ClockStands, $"The log has grown to {signed.Checkpoint.Size}, but the checkpoint's time is {signed.Time:u} still.");

            // Step 3: new entries and their packs, all in one transaction
            if (signed.Checkpoint.Size > _frontier.Size)
            {
                var failed = await TakeOverAsync(signed.Checkpoint, trust, cancellation);
                // The publisher may have replaced a partial tile after the checkpoint was read.
                if (failed is { Code: Codes.EntryMissing } && attempt < RestartsOfARound && await HasMovedAsync(signed, cancellation))
                    continue;
                if (failed is { } contradiction)
                    return DoubtingTheCache(contradiction);
            }

            // Step 4: what was refused before for its status lists is not taken over until they are right
            if (_lists.AreDoubted && await _lists.RefusalAsync(trust, signed.Checkpoint, _standings, _lookup!, cancellation) is { } still)
                return still;

            // Step 5: the mark, then the view
            Accept(trust, signed);
            _snapshots.Keep(_lookup!, trust, _frontier, _standings);
            await _revocationLists.LookAsync(trust, cancellation);
            return await _lists.RefusalAsync(trust, signed.Checkpoint, _standings, _lookup!, cancellation);
        }
    }

    /// <summary>Caches and mark are opened when the first card says which log is followed.</summary>
    private bool TryResume(VerifiedTrust trust, out Refusal refusal)
    {
        refusal = default;
        var origin = trust.Card.Origin;
        if (_settings.HighWaterFolder is { } folder && !HighWaterStore.TryLoad(folder, origin, out _mark, out refusal))
            return false;
        _lookup = LookupIndex.Open(_settings.StateFolder);
        if (_lookup.TryResume(origin, out var frontier))
        {
            _frontier = frontier;
            _standings = _snapshots.Load(_lookup, trust, frontier);
        }

        return true;
    }

    /// <summary>A damaged cache is worth nothing: the publication has all that it had. Until it is built again there is no view, since a view stands on it.</summary>
    private void StartAnew()
    {
        Volatile.Write(ref _view, null);
        _lookup?.Dispose();
        _lookup = null;
        LookupIndex.Discard(_settings.StateFolder);
        (_frontier, _standings, _seen) = (new MerkleFrontier(), new StatusIndex(), new ProvenTokens(_settings.RememberedTokens));
        _snapshots = new SnapshotKeeper(_settings.StateFolder, _clock);
    }

    /// <summary>
    /// What the mark admits and a cache from an earlier process contradicts is the cache's fault (another authority's of the same origin, a restored one): where a mark
    /// is kept, the next round builds it again.
    /// </summary>
    private Refusal DoubtingTheCache(Refusal refusal)
    {
        if (_view is null && _frontier.Size > 0 && _settings.HighWaterFolder is not null
            && refusal.Code is Codes.LogRollback or Codes.LogFork or Codes.StatusMismatch)
            StartAnew();
        return refusal;
    }

    private bool Extends(Checkpoint checkpoint, out Refusal refusal)
    {
        refusal = default;
        if (checkpoint.Size < _frontier.Size)
            refusal = new Refusal(Codes.LogRollback, $"The checkpoint has size {checkpoint.Size}; {_frontier.Size} entries were taken over before.");
        else if (checkpoint.Size == _frontier.Size && checkpoint.Root != _frontier.Root)
            refusal = new Refusal(Codes.LogFork, $"The checkpoint of size {checkpoint.Size} has root {checkpoint.Root}; the entries lead to {_frontier.Root}.");
        return refusal.Code is null;
    }

    /// <summary>A log that grows while its time does not: standings would turn stale though they are new, and nobody could tell new from old.</summary>
    private bool ClockStands(SignedCheckpoint signed) =>
        _view is { } view && signed.Checkpoint.Size > view.Checkpoint.Size && signed.Time == view.AsOf && _clock.GetElapsedTime(_asOfSeenAt) > SignedCheckpoint.ClocksMayDiffer;

    private async Task<Refusal?> TakeOverAsync(Checkpoint checkpoint, VerifiedTrust trust, CancellationToken cancellation)
    {
        using var round = new FollowerRound(_source, trust, _lookup!, _frontier, _standings, _mark, _snapshots.Size);
        if (await round.RunAsync(checkpoint, cancellation) is { } refusal)
            return refusal;
        round.Commit();
        _newEntries = (int)(round.Frontier.Size - _frontier.Size);
        _frontier = round.Frontier;
        _standings = round.Standings;
        return null;
    }

    private async Task<bool> HasMovedAsync(SignedCheckpoint read, CancellationToken cancellation)
    {
        var again = await _source.ReadAsync(SignedCheckpoint.Path, SignedNote.MaxBytes, cancellation);
        return again is not null && !read.Note.Span.SequenceEqual(again);
    }

    private void Accept(VerifiedTrust trust, SignedCheckpoint signed)
    {
        var mark = HighWaterMark.Of(trust, signed, _settings.Anchor);
        if (mark != _mark && _settings.HighWaterFolder is { } folder)
            HighWaterStore.Save(folder, mark);
        _mark = mark;
        if (_view?.AsOf != signed.Time)
            _asOfSeenAt = _clock.GetTimestamp();
        Volatile.Write(ref _view, new PublicationView(trust, signed, _lookup!, _standings, _seen, _prover, _source));
    }
}
