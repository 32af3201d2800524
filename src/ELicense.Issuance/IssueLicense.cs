using System.Collections.Concurrent;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// The whole cycle of issuance (发照), for a chunk of approved matters; a single license is a chunk of one. After each step the database holds all that the next one needs,
/// so a process killed anywhere is finished by running the steps again over what is still approved (docs/issuance.md).
/// </summary>
internal sealed class IssueLicense(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock)
{
    // What a token signs in one turn.
    private const int LargestShare = 32;

    private long FirstStatusIndex => (long)settings.LicenseLists.First * StatusList.LicenseListLength;

    /// <summary>All steps, one after the other; <see cref="IssuingLine"/> lets those of several chunks overlap.</summary>
    public IReadOnlyList<CarryOutResult> Run(IReadOnlyCollection<long> matterIds)
    {
        var chunk = Reread(matterIds);
        Prepare(chunk);
        Sign(chunk);
        Log(chunk);
        return Release(chunk);
    }

    /// <summary>Step 1: what was approved is read again, and its hash is compared again; nothing is taken from the caller's memory.</summary>
    internal IReadOnlyList<IssueItem> Reread(IReadOnlyCollection<long> matterIds)
    {
        using var transaction = register.Read();
        using var matters = IssuanceStore.LookUpMatters(transaction);
        matters.Load(matterIds);
        var chunk = new List<IssueItem>();
        foreach (var id in matterIds)
        {
            var item = new IssueItem(id);
            chunk.Add(item);
            if (matters.Find(id) is not { } row)
                item.Stop(new Refusal(Codes.NotFound, $"There is no matter {id}."));
            else if (!ApprovedMatter.TryRehydrate(row, out var approved, out var content, out var office, out var refusal))
                item.Stop(refusal, row.StateName);
            else
                item.Reread(approved, (FaceContent)content, office);
        }
        return chunk;
    }

    /// <summary>Step 2: rules; then serial, version, status index and the exact bytes, stored in one transaction before anything is signed.</summary>
    internal void Prepare(IReadOnlyList<IssueItem> chunk)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var clockTime = clock.GetUtcNow();
        if ((ClockHasNotGoneBack.Check(clockTime, head.LastSigned) ?? ClockHasNotRunAhead.Check(clockTime, head.LastSigned, settings.ClockGap)) is { } wrong)
        {
            foreach (var item in chunk.Where(item => item.GoesOn))
                item.Wait(wrong);
            return;
        }

        var now = head.NotBeforeLastSigned(clockTime);
        using var store = new IssuanceStore(transaction);
        store.LoadForPreparing([.. chunk.Where(item => item.GoesOn)]);
        var trail = new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds());
        foreach (var item in chunk.Where(item => !item.GoesOn))
            trail.Append(AuditAct.CarriedOut(item.MatterId, contentHash: null, license: null, item.Refusal));
        foreach (var item in chunk.Where(item => item.GoesOn))
        {
            if (store.FindPrepared(item.MatterId) is { } row)
                item.Resume(row, keys.Pinned.License);
            else
                PrepareOne(item, transaction, store, trail, head, now);
        }
        head.Signing(now.ToUnixTimeMilliseconds());
        head.Store();
        transaction.Commit();
    }

    /// <summary>Step 3: signatures, several at a time; each is verified against the pinned key and the stored bytes. What is recorded already is not signed again.</summary>
    internal void Sign(IReadOnlyList<IssueItem> chunk)
    {
        var unsigned = chunk.Where(item => item.GoesOn && item.Signed is null).ToList();
        // Each thread, this one among them, takes a share when it has done the one before: none is left with half of the chunk when another is through.
        var share = Math.Clamp((unsigned.Count + settings.SigningThreads - 1) / settings.SigningThreads, 1, LargestShare);
        var shares = new ConcurrentQueue<IssueItem[]>(unsigned.Chunk(share));
        var others = Enumerable.Range(1, Math.Min(settings.SigningThreads, shares.Count)).Skip(1).Select(_ => OwnThread.Run(() => SignShares(shares))).ToArray();
        SignShares(shares);
        Task.WaitAll(others);
    }

    /// <summary>Step 4: signature, log entry, standing, matter and head in one transaction; the position comes from the locked head row. The first signature that is recorded is the only one.</summary>
    internal void Log(IReadOnlyList<IssueItem> chunk)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var timeMs = head.NotBeforeLastSigned(clock.GetUtcNow()).ToUnixTimeMilliseconds();
        using var store = new IssuanceStore(transaction);
        store.LoadStates(chunk.Where(item => item.GoesOn));
        var trail = new AuditTrail(transaction, head, timeMs);
        foreach (var item in chunk.Where(item => item.GoesOn))
        {
            if (!TryFinish(item, transaction, store, trail, timeMs, out var superseded))
                continue;
            item.Log(LoggedLicense.Log(item.Signed!, head.TakePosition(), timeMs, out var entry));
            store.RecordEntry(item.Logged!.Position, item.MatterId, item.Signed!.Prepared.StatusIndex, entry.Encode());
            store.RecordStanding(item.Signed.Prepared.StatusIndex, item.Logged.Position, Standing.Valid);
            if (superseded is not null)
                Supersede(item, superseded, store, head, timeMs);
            trail.Append(AuditAct.CarriedOut(item.MatterId, item.Approved!.ContentHash, item.Signed.Prepared.Claims.Number.ToString(), refusal: null));
        }
        // What only waits signs nothing: a clock that is in doubt is not taken for right.
        if (chunk.Any(item => item.Logged is not null))
            head.Signing(timeMs);
        head.Store();
        transaction.Commit();
    }

    /// <summary>Step 5: what is committed is released.</summary>
    internal IReadOnlyList<CarryOutResult> Release(IReadOnlyList<IssueItem> chunk) =>
        [.. chunk.Select(item => new CarryOutResult(item.MatterId, item.State, item.Logged?.Release(settings), item.Refusal))];

    private bool SignShares(ConcurrentQueue<IssueItem[]> shares)
    {
        while (shares.TryDequeue(out var share))
            SignShare(share);
        return true;
    }

    /// <summary>A token that fails is a fact of life, not of this program: whatever its key throws becomes the refusal of the matter that was next, which waits.</summary>
    private void SignShare(IssueItem[] share)
    {
        ReadOnlyMemory<byte>[] messages = [.. share.Select(item => (ReadOnlyMemory<byte>)item.Prepared!.ToBeSigned)];
        for (var next = 0; next < share.Length;)
        {
            IReadOnlyList<byte[]> signatures;
            try
            {
                signatures = keys.License.SignSome(new ArraySegment<ReadOnlyMemory<byte>>(messages)[next..]);
            }
            catch (Exception e)
            {
                share[next++].Wait(new Refusal((e as SigningKeyException)?.Code ?? Codes.TokenFailed, $"The license key did not sign: {e.Message}"));
                continue;
            }

            foreach (var signature in signatures)
            {
                var item = share[next++];
                if (SignedLicense.TryAccept(item.Prepared!, signature, keys.Pinned.License, out var signed, out var refusal))
                    item.Sign(signed);
                else
                    item.Wait(refusal);
            }
        }
    }

    /// <summary>Done, or refused because its license has changed since it was prepared: what was signed then is never released.</summary>
    private bool TryFinish(IssueItem item, RegisterTransaction transaction, IssuanceStore store, AuditTrail trail, long nowMs, out StandingStep? superseded)
    {
        superseded = null;
        Refusal refusal = default;
        var stands = item.Content is not AmendmentContent amendment
            || Supersession.TryPlan(amendment, settings.AuthorityNumber, LicenseVersions.Find(transaction, amendment.Number.Serial), out superseded, out refusal);

        if (!store.IsApproved(item.MatterId))
        {
            // Another process finished it since: its signature and its entry stand, and these are not written.
            item.Stop(new Refusal(Codes.StateConflict, $"Matter {item.MatterId} was finished by another process."), MatterState.Done);
            return false;
        }

        if (!item.IsRecorded)
            store.RecordSignature(item.Signed!, nowMs);
        if (stands)
        {
            store.MarkDone(item.MatterId, nowMs);
        }
        else
        {
            Refuse(item, refusal, transaction, store, trail, nowMs);
        }

        return stands;
    }

    private static void Refuse(IssueItem item, Refusal why, RegisterTransaction transaction, IssuanceStore store, AuditTrail trail, long nowMs)
    {
        store.MarkRefused(item.MatterId, why, nowMs);
        FilingStore.Decided(transaction, item.MatterId);
        trail.Append(AuditAct.CarriedOut(item.MatterId, item.Approved!.ContentHash, license: null, why));
        item.Stop(why, MatterState.Refused);
    }

    /// <summary>The new version is in the log before the old one is superseded: at no position is the license without one.</summary>
    private static void Supersede(IssueItem item, StandingStep superseded, IssuanceStore store, RegisterHead head, long timeMs)
    {
        store.RecordEntry(head.TakePosition(), item.MatterId, superseded.Version.StatusIndex, superseded.ToEntry(timeMs).Encode());
        store.MoveStanding(superseded);
        store.PutNewest(item.Signed!.Prepared.Claims);
    }

    private void PrepareOne(IssueItem item, RegisterTransaction transaction, IssuanceStore store, AuditTrail trail, RegisterHead head, DateTimeOffset now)
    {
        var face = item.Content!.Face;
        var amendment = item.Content as AmendmentContent;
        var version = amendment is null ? 1 : store.FindNextVersion(amendment.Number.Serial);
        var refusal = IssuanceRules.Check(new IssuanceCandidate(face, item.Office, now, settings, keys.Pinned.License))
            ?? (amendment is null ? CodeIsNotLicensed.Check(store.FindSerial(face.CreditCode), settings) : Supersession.Check(amendment, settings, transaction))
            ?? VersionsAreLeft.Check(version)
            ?? store.BlackList.Check(item.Content, item.MatterId, item.Approved!.ContentHash, now);
        if (refusal is { } forbidden)
        {
            Refuse(item, forbidden, transaction, store, trail, now.ToUnixTimeMilliseconds());
        }
        else if (ListsHaveRoom.Check(head.PeekStatusIndex(FirstStatusIndex), settings) is { } full)
        {
            item.Wait(full);
        }
        else
        {
            var number = amendment?.Number ?? new LicenseNumber(settings.AuthorityNumber, head.TakeSerial());
            var prepared = PreparedLicense.Prepare(
                item.Approved!, item.Content, item.Document!, item.Office, number, version, head.TakeStatusIndex(FirstStatusIndex), now, keys.Pinned.License);
            store.RecordPrepared(prepared, now.ToUnixTimeMilliseconds());
            item.Prepare(prepared);
        }
    }
}
