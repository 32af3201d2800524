using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;
using System.Globalization;
using System.Text;

namespace ELicense.Issuance.Publishing;

/// <summary>What a round of publishing came to.</summary>
/// <param name="NewEntries">Entries that the checkpoint before did not cover.</param>
/// <param name="Refusal">log-rollback or log-fork: the database does not extend what is published; nothing was signed.</param>
public sealed record PublishResult(Checkpoint? Checkpoint, long NewEntries, Refusal? Refusal);

/// <summary>
/// Publishes the log and its views into the publication folder: tiles, entries, packs and certificates, then the checkpoint, then status lists and CRLs. One for a register; calls are serialized.
/// A crash at any point leaves whole files, and the next round goes on from the published checkpoint.
/// </summary>
public sealed class Publisher : IDisposable
{
    // Another publisher was faster; what it left out is published soon.
    private static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(200);

    private readonly Register _register;
    private readonly AuthoritySettings _settings;
    private readonly AuthorityKeys _keys;
    private readonly TimeProvider _clock;
    private readonly PublicationFolder _folder;
    private readonly PublicationStore _store;
    private readonly PublishedLog _published;
    private readonly OfficersRevocationLists _officers;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>The log up to the published checkpoint, replayed from the register; null until proven, and after a round that failed.</summary>
    private ReplayedLog? _log;

    public Publisher(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock)
    {
        _register = register;
        _settings = settings;
        _keys = keys;
        _clock = clock;
        _folder = new PublicationFolder(settings.PublicationFolder);
        _store = new PublicationStore(register);
        _published = new PublishedLog(_folder, settings, keys);
        _officers = new OfficersRevocationLists(register, settings);
    }

    /// <summary>The own black list for other authorities; null: none is published.</summary>
    public PublishedExchange? Exchange { get; init; }

    /// <summary>Answers to filings; null: none are published.</summary>
    public PublishedAnswers? Answers { get; init; }

    /// <summary>One round: tiles, entries, packs, certificates, checkpoint, status lists, CRLs. Without new entries, a new cosignature.</summary>
    public async Task<PublishResult> PublishAsync(CancellationToken cancellation = default)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            return await Task.Run(Publish, cancellation);
        }
        catch (PublicationRefusedException e)
        {
            return new PublishResult(null, 0, e.Refusal);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Rounds after each change and at least each minute, until cancelled (OperationCanceledException). A full disk (disk-full) or a token that is gone
    /// (publication-failed) ends a round, not the publisher: the next round tries again.
    /// </summary>
    /// <param name="published">Told of each round, also of a refused one; null: nobody listens.</param>
    public async Task RunAsync(Action<PublishResult>? published, CancellationToken cancellation)
    {
        while (true)
        {
            PublishResult result;
            try
            {
                result = await PublishAsync(cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                result = new PublishResult(null, 0, new Refusal(DiskFull.Caused(e) ? Codes.DiskFull : Codes.PublicationFailed, e.Message));
            }
            published?.Invoke(result);
            await _register.WaitToPublishAsync(result.Refusal is { Code: Codes.StateConflict } ? AfterConflict : _settings.CosignEvery, cancellation);
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private PublishResult Publish()
    {
        using var alone = _published.HoldAlone();
        var published = _published.Read(out var note, out var lastSigned);
        // Before the log is: what they tell of is in what is published below.
        var answers = Answers?.FindDue() ?? [];
        var size = _store.LogSize();
        var signed = _store.FindCheckpoint(_settings.Origin)?.Checkpoint;
        var log = _log is { } kept && kept.IsAt(published) && kept.IsAt(signed) ? kept : Replay(published, signed, size);
        _log = null;

        var former = log.Tiles.Size;
        var clockTime = _clock.GetUtcNow();
        // Followers refuse a time before one that they saw: better no round than one that nobody takes.
        if (ClockHasNotGoneBack.Check(clockTime, lastSigned) is { } backwards)
            throw new PublicationRefusedException(backwards);
        var confirmed = _store.LastSigned();
        if (ClockHasNotRunAhead.Check(clockTime, confirmed > lastSigned ? confirmed : lastSigned, _settings.ClockGap) is { } ahead)
            throw new PublicationRefusedException(ahead);
        var now = clockTime > lastSigned ? clockTime : lastSigned;
        if (size < former)
            throw new PublicationRefusedException(new Refusal(Codes.LogRollback, $"The register's log has {size} entries, {former} are published."));
        if (_settings.AnchorAuditEvery is { } rhythm)
        {
            // Only now: a register that does not extend what is published gets no entry more.
            _store.AnchorAudit(rhythm, now);
            size = _store.LogSize();
        }

        // A checkpoint by keys that were replaced meanwhile is signed anew though nothing was added.
        if (size > former || note is null || !IsByKeysInService(note, out _))
        {
            WriteEntries(log, size);
            WriteCheckpoint(log, signed?.Size ?? 0, now);
        }
        else
        {
            Cosign(note, now);
        }
        if (_settings.ClockGap is not null)
            _store.Signed(now);
        log.Licenses.Publish(_folder, _keys.Status, _keys.Pinned.Status, size, now);
        log.Certificates.Publish(_folder, _keys.Status, _keys.Pinned.Status, size, now);
        log.RevocationLists.Publish(_folder, _keys.EnterpriseCas, size, now);
        _officers.Publish(_folder, _keys.OfficersCas, now);
        DropPartials(former, size);
        _folder.Flush();
        // The log and its views are whole: what fails after them, a token of other keys, does not have the log replayed.
        _log = log;
        Exchange?.Publish();
        Answers?.Publish(answers, size, now);
        return new PublishResult(log.Checkpoint(_settings.Origin), size - former, null);
    }

    /// <summary>Replays the register's log up to the published size, and proves that it extends every checkpoint that anybody may have seen.</summary>
    private ReplayedLog Replay(Checkpoint? published, Checkpoint? signed, long size)
    {
        var proof = new ConsistencyProof([published, _published.ReadHighWater(), signed], size);
        var start = published?.Size ?? 0;
        var log = new ReplayedLog(_settings);
        proof.Meet(log.Tiles.Size, () => log.Tiles.Root);
        foreach (var entry in _store.Entries(0, start))
        {
            log.Append(entry, static (_, _) => { });
            proof.Meet(log.Tiles.Size, () => log.Tiles.Root);
        }

        // Beyond the published size only a mark or an unpublished checkpoint may be: the frontier goes ahead without the tiles.
        var ahead = log.Tiles.CloneFrontier();
        foreach (var entry in _store.Entries(start, proof.Highest))
        {
            ahead.Append(MerkleTree.Leaf(entry));
            proof.Meet(ahead.Size, () => ahead.Root);
        }
        return log;
    }

    private void WriteEntries(ReplayedLog log, long size)
    {
        var from = log.Tiles.Size;
        foreach (var entry in _store.Entries(from, size))
            log.Append(entry, WriteLog);
        log.Tiles.WritePartials(WriteLog);
        for (var pack = from / TilePath.Width; pack * TilePath.Width < size; pack++)
            WritePack(pack, size);
        foreach (var (list, index, der) in _store.Certificates(from, size))
            _folder.Write(string.Create(CultureInfo.InvariantCulture, $"certificates/{list}/{index}.cer"), der);
        _folder.Flush();
    }

    private void WriteLog(string path, byte[] content) => _folder.Write($"log/{path}", content);

    private void WritePack(long number, long size)
    {
        var from = number * TilePath.Width;
        var licenses = _store.Licenses(from, Math.Min(size, from + TilePath.Width));
        var files = licenses.Select(license => license is { } parts ? new LicenseFile(parts.Document, parts.Token).Encode() : (ReadOnlyMemory<byte>?)null);
        _folder.Write($"documents/{TilePath.Index(number)}", new DocumentPack(size, [.. files]).Encode());
    }

    /// <summary>Signed after the commit of its entries, stored by compare-and-swap, marked outside the database, then published.</summary>
    private void WriteCheckpoint(ReplayedLog log, long former, DateTimeOffset now)
    {
        var checkpoint = log.Checkpoint(_settings.Origin);
        var note = Encoding.UTF8.GetBytes(CheckpointSigning.Sign(checkpoint, _keys.Log, _keys.Clock, now).ToString());
        Verify(note);
        if (!_store.TryReplaceCheckpoint(former, checkpoint, note))
            throw new PublicationRefusedException(new Refusal(Codes.StateConflict, "Another publisher signed a checkpoint at the same time."));
        _published.WriteHighWater(checkpoint);
        var vkey = Encoding.UTF8.GetBytes(CheckpointSigning.LogKey(_settings.Origin, _keys.Pinned.Log) + "\n");
        // Whoever waits for the checkpoint waits for each file that is flushed before it.
        if (_folder.Read("log/vkey") is not { } present || !present.AsSpan().SequenceEqual(vkey))
            _folder.Write("log/vkey", vkey);
        _folder.Write(PublishedLog.CheckpointPath, note);
        _folder.Flush();
    }

    /// <summary>An idle log and a frozen one do not look alike: the same checkpoint with a new time.</summary>
    private void Cosign(byte[] note, DateTimeOffset now)
    {
        if (!SignedNote.TryParse(note, out var signed, out var refusal))
            throw new PublicationRefusedException(refusal);
        var cosigned = Encoding.UTF8.GetBytes(CheckpointSigning.Cosign(signed, _keys.Clock, _settings.Origin, now).ToString());
        Verify(cosigned);
        _folder.Write(PublishedLog.CheckpointPath, cosigned);
    }

    private void Verify(byte[] note)
    {
        if (!IsByKeysInService(note, out var refusal))
            throw new PublicationRefusedException(refusal);
    }

    private bool IsByKeysInService(byte[] note, out Refusal refusal) =>
        CheckpointSigning.TryOpen(note, _settings.Origin, [_keys.Pinned.Log], [_keys.Pinned.Clock], out _, out _, out refusal);

    private void DropPartials(long former, long size)
    {
        for (var level = 0; former >> (8 * level) < size >> (8 * level); level++)
        {
            var span = 8 * (level + 1);
            for (var tile = former >> span; tile < size >> span; tile++)
            {
                _folder.DropPartials($"log/{TilePath.Hashes(level, tile, TilePath.Width)}");
                if (level == 0)
                    _folder.DropPartials($"log/{TilePath.Entries(tile, TilePath.Width)}");
            }
        }
    }
}
