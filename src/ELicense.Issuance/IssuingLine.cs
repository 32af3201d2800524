using ELicense.Core;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// Chunks on their way through <see cref="IssueLicense"/>, one behind the other: while the token signs one, those before it are logged, and those behind it are reread and
/// prepared. They are prepared, signed and logged in the order in which they came. For one thread.
/// </summary>
internal sealed class IssuingLine(IssueLicense issue, CutOffSteps cutOff, MattersUnderWay underWay, Action<CarryOutResult> released) : IDisposable
{
    // One that is signed, one that is prepared meanwhile, so that the token need not wait for the database, and one that is reread.
    private const int MostChunks = 3;

    private readonly Queue<ChunkUnderWay> _chunks = new();

    // Ends when all that was prepared is signed, with why nothing more is.
    private Task<Refusal?> _signing = Task.FromResult<Refusal?>(null);
    private Refusal? _waiting;

    public void Add(IReadOnlyList<long> matterIds)
    {
        if (!underWay.TryClaim(matterIds))
        {
            Finish();
            underWay.Claim(matterIds);
        }

        var former = _chunks.LastOrDefault();
        var next = new ChunkUnderWay(matterIds);
        _chunks.Enqueue(next);
        if (_waiting is null)
            next.Rereading = OwnThread.Run(() => issue.Reread(matterIds));
        if (former is not null)
            Prepare(former);
        while (_chunks.Count > MostChunks || (_chunks.Count > 1 && _chunks.Peek().Signing.IsCompleted))
            LogFirst();
    }

    /// <summary>Comes back when all chunks are released.</summary>
    public void Finish()
    {
        if (_chunks.LastOrDefault() is { } last)
            Prepare(last);
        while (_chunks.Count > 0)
            LogFirst();
    }

    /// <summary>What failed in the midst leaves its matters approved, and under way no more.</summary>
    public void Dispose()
    {
        foreach (var abandoned in _chunks)
        {
            Task.WaitAny(abandoned.Rereading);
            Task.WaitAny(abandoned.Signing);
            underWay.Release(abandoned.MatterIds);
        }
        _chunks.Clear();
    }

    /// <summary>
    /// What is prepared stands in line for its signatures. A database that went away leaves the chunk without its items: its steps are repeated when its turn comes.
    /// </summary>
    private void Prepare(ChunkUnderWay chunk)
    {
        try
        {
            var items = chunk.Rereading.GetAwaiter().GetResult();
            if (_waiting is not null)
                return;
            issue.Prepare(items);
            chunk.Items = items;
            var before = _signing;
            chunk.Signing = _signing = OwnThread.Run(() => SignAfter(before, items));
        }
        catch (RegisterUnavailableException)
        {
            chunk.IsCutOff = true;
        }
    }

    /// <summary>After a chunk in which the token failed or the clock was wrong, the rest waits too: a token that is gone is not asked 60,000 times.</summary>
    /// <returns>What the rest waits for.</returns>
    private Refusal? SignAfter(Task<Refusal?> former, IReadOnlyList<IssueItem> items)
    {
        if (former.GetAwaiter().GetResult() is { } waiting)
            return waiting;
        issue.Sign(items);
        return items.FirstOrDefault(item => CannotGoOn(item.State, item.Refusal))?.Refusal;
    }

    private void LogFirst()
    {
        var chunk = _chunks.Peek();
        _waiting ??= chunk.Signing.GetAwaiter().GetResult();
        var results = chunk.IsCutOff ? Repeat(chunk.MatterIds) : Log(chunk);
        _waiting ??= results.FirstOrDefault(result => CannotGoOn(result.State, result.Refusal))?.Refusal;
        _chunks.Dequeue();
        underWay.Release(chunk.MatterIds);
        foreach (var result in results)
            released(result);
    }

    private IReadOnlyList<CarryOutResult> Log(ChunkUnderWay chunk)
    {
        if (chunk.Items is not { } items)
            return [.. chunk.MatterIds.Select(id => new CarryOutResult(id, MatterState.Approved, null, _waiting))];
        foreach (var item in items.Where(item => item.GoesOn && item.Signed is null))
            item.Wait(_waiting!.Value);
        try
        {
            issue.Log(items);
            return issue.Release(items);
        }
        catch (RegisterUnavailableException)
        {
            return Repeat(chunk.MatterIds);
        }
    }

    private IReadOnlyList<CarryOutResult> Repeat(IReadOnlyList<long> matterIds) => cutOff.Repeat(() => issue.Run(matterIds));

    private static bool CannotGoOn(MatterState state, Refusal? refusal) =>
        state == MatterState.Approved && refusal is { Code: var code } && (code is Codes.ClockBackwards or Codes.ClockGap || Codes.IsKeyAway(code));

    private sealed class ChunkUnderWay(IReadOnlyList<long> matterIds)
    {
        public IReadOnlyList<long> MatterIds => matterIds;

        /// <summary>Null: it waits with the rest, or was cut off.</summary>
        public IReadOnlyList<IssueItem>? Items { get; set; }

        public bool IsCutOff { get; set; }

        /// <summary>Begun when nothing waited.</summary>
        public Task<IReadOnlyList<IssueItem>> Rereading { get; set; } = Task.FromResult<IReadOnlyList<IssueItem>>([]);

        /// <summary>Begun when it is prepared; ends with what the chunks behind it wait for.</summary>
        public Task<Refusal?> Signing { get; set; } = Task.FromResult<Refusal?>(null);
    }
}
