using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// The authority's clock against the last signed time, which the publisher's beat raises each minute. An officer's confirmation counts as a signed time: it is kept with the
/// register, and holds for every process on it.
/// </summary>
public sealed class ClockConfirmation(Register register, AuthoritySettings settings, TimeProvider clock)
{
    /// <summary>How much the officer's clock and the authority's may differ.</summary>
    public static readonly TimeSpan MayDiffer = TimeSpan.FromMinutes(5);

    /// <summary>The clock, the last signed or confirmed time (null: none yet), and clock-backwards or clock-gap while nothing is signed.</summary>
    public (DateTimeOffset Now, DateTimeOffset? LastSigned, Refusal? Refusal) Read()
    {
        using var transaction = register.Read();
        var lastMs = transaction.Find<long>("SELECT last_signed_ms FROM head");
        var (now, last) = (clock.GetUtcNow(), DateTimeOffset.FromUnixTimeMilliseconds(lastMs));
        return (now, lastMs == 0 ? null : last, ClockHasNotGoneBack.Check(now, last) ?? ClockHasNotRunAhead.Check(now, last, settings.ClockGap));
    }

    /// <summary>Takes the authority's clock for right, because the officer's says the same. Codes: clock-differs, clock-backwards.</summary>
    /// <param name="seen">The time by the officer's own clock.</param>
    public bool TryConfirm(Officer officer, DateTimeOffset seen, out Refusal refusal)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var now = clock.GetUtcNow();
        var refused = (now - seen).Duration() > MayDiffer
            ? new Refusal(Codes.ClockDiffers, $"The authority's clock says {now:u}, the officer's {seen:u}.")
            : ClockHasNotGoneBack.Check(now, head.LastSigned);
        if (refused is null)
            head.Signing(now.ToUnixTimeMilliseconds());
        var act = new AuditAct(ActName.ConfirmClock, officer, $"clock/{now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") { Refusal = refused };
        new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()).Append(act);
        head.Store();
        transaction.Commit();
        refusal = refused ?? default;
        return refused is null;
    }
}
