using ELicense.Core;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// Chunks on their way through <see cref="IssueLicense"/>, one behind the other: while the token signs one, the one before is logged, and the next is reread and then
/// prepared. They are prepared and logged in the order in which they came. For one thread.
/// </summary>
internal sealed class IssuingLine(IssueLicense issue, CutOffSteps cutOff, MattersUnderWay underWay, Action<CarryOutResult> released) : IDisposable
{
    // Three at most: one that is signed already, the one that is signed, and the next.
    private readonly Queue<ChunkUnderWay> _chunks = new();
    private Refusal? _waiting;

    public void Add(IReadOnlyList<long> matterIds)
    {
        if (!underWay.TryClaim(matterIds))
        {
            Finish();
            underWay.Claim(matterIds);
        }

        var next = new ChunkUnderWay(matterIds);
        var former = _chunks.LastOrDefault();
        _chunks.Enqueue(next);
        if (_waiting is null)
            next.Rereading = Task.Run(() => issue.Reread(matterIds));
        if (_chunks.Count > 2)
            LogFirst();
        Prepare(next);
        if (former is not null)
            WaitForSignatures(former);
        if (_waiting is null && next.Items is { } items)
            next.Signing = Task.Run(() => issue.Sign(items));
    }

    /// <summary>Comes back when all chunks are released.</summary>
    public void Finish()
    {
        while (_chunks.TryPeek(out var last))
        {
            WaitForSignatures(last);
            LogFirst();
        }
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

    /// <summary>A database that went away leaves the chunk without its items: its steps are repeated when its turn comes.</summary>
    private void Prepare(ChunkUnderWay chunk)
    {
        try
        {
            var items = chunk.Rereading.GetAwaiter().GetResult();
            if (_waiting is not null)
                return;
            issue.Prepare(items);
            chunk.Items = items;
        }
        catch (RegisterUnavailableException)
        {
            chunk.IsCutOff = true;
        }
    }

    /// <summary>After a chunk in which the token failed or the clock was wrong, the rest waits too: a token that is gone is not asked 60,000 times.</summary>
    private void WaitForSignatures(ChunkUnderWay chunk)
    {
        chunk.Signing.GetAwaiter().GetResult();
        if (chunk.Items is { } items)
            _waiting ??= items.FirstOrDefault(item => CannotGoOn(item.State, item.Refusal))?.Refusal;
    }

    private void LogFirst()
    {
        var chunk = _chunks.Peek();
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

        public Task Signing { get; set; } = Task.CompletedTask;
    }
}
