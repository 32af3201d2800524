using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>One approved matter that no key signs, carried out in one transaction: opened again, done or refused, and what became of it put into the trail.</summary>
internal sealed class CarryOutMatter(Register register, TimeProvider clock)
{
    /// <summary>One that is carried out by entries of the log: it waits while the clock is wrong.</summary>
    /// <param name="perform">As for <see cref="Run"/>.</param>
    public CarryOutResult RunInLog(long matterId, AuthoritySettings settings, Func<MatterContent, CarryingOut, Outcome> perform) =>
        Run(matterId, (content, work) => ClockCanBeSigned.Check(work.Now, work.Head, settings) is { } wrong ? Outcome.Waits(wrong) : perform(content, work));

    /// <param name="perform">Writes what the matter asks for; or says, having written nothing, what forbids it or what it waits for.</param>
    public CarryOutResult Run(long matterId, Func<MatterContent, CarryingOut, Outcome> perform)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var now = clock.GetUtcNow();
        using var find = IssuanceStore.FindMatter(transaction);
        using var store = new IssuanceStore(transaction);
        if (find.Find(MatterRow.Read, matterId) is not { } row)
            return new CarryOutResult(matterId, MatterState.Approved, null, new Refusal(Codes.NotFound, $"There is no matter {matterId}."));
        if (!ApprovedMatter.TryRehydrate(row, out var approved, out var content, out _, out var refusal))
            return Committed(new CarryOutResult(matterId, row.StateName, null, refusal), null, null);

        var nowMs = now.ToUnixTimeMilliseconds();
        var (state, why) = perform(content, new CarryingOut(matterId, transaction, head, store, now));
        var result = new CarryOutResult(matterId, state, null, why);
        if (state == MatterState.Approved)
            return result;
        if (why is { } forbidden)
            store.MarkRefused(matterId, forbidden, nowMs);
        else
            store.MarkDone(matterId, nowMs);
        FilingStore.Decided(transaction, matterId);
        return Committed(result, approved.ContentHash, content.License?.ToString());

        CarryOutResult Committed(CarryOutResult result, Digest? hash, string? license)
        {
            new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()).Append(AuditAct.CarriedOut(matterId, hash, license, result.Refusal));
            head.Store();
            transaction.Commit();
            return result;
        }
    }
}

/// <summary>What carrying out one matter works with.</summary>
internal sealed record CarryingOut(long MatterId, RegisterTransaction Transaction, RegisterHead Head, IssuanceStore Store, DateTimeOffset Now);

/// <summary>How carrying out ended.</summary>
internal readonly record struct Outcome(MatterState State, Refusal? Refusal)
{
    public static Outcome Done { get; } = new(MatterState.Done, null);

    /// <summary>A rule forbids it for good.</summary>
    public static Outcome Refused(Refusal why) => new(MatterState.Refused, why);

    /// <summary>It stays approved, and is tried again.</summary>
    public static Outcome Waits(Refusal why) => new(MatterState.Approved, why);
}
