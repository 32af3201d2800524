using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Filings;

/// <summary>What officers do with filings: accept (受理), submit as a matter, return (退回). Rights are the door's question.</summary>
public sealed class FilingActs(Register register, AuthoritySettings settings, LicensingAuthority licensing, TimeProvider clock)
{
    public FiledMatter? Find(long id)
    {
        using var transaction = register.Read();
        return new FilingStore(transaction, settings.AuthorityNumber).Find(id);
    }

    /// <summary>Filings of these offices in a state, oldest first.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<FiledMatter> List(FiledState state, IReadOnlyList<int> offices, long after, int limit)
    {
        using var transaction = register.Read();
        return new FilingStore(transaction, settings.AuthorityNumber).List(state, offices, after, limit);
    }

    /// <summary>Takes it up. Codes: not-found, content-changed, state-conflict.</summary>
    public bool TryAccept(Officer officer, long id, Digest seen, [NotNullWhen(true)] out FiledMatter? filed, out Refusal refusal) =>
        TryDecide(ActName.AcceptFiling, officer, id, seen, FiledState.Accepted, null, null, out filed, out refusal);

    /// <summary>Sends it back; the enterprise may file anew. Codes: those above, ground-missing.</summary>
    public bool TryReturn(Officer officer, long id, Digest seen, string? ground, [NotNullWhen(true)] out FiledMatter? filed, out Refusal refusal)
    {
        var unfit = DeclineMatters.TryGround(ground, out var clean) ? (Refusal?)null : DeclineMatters.GroundMissing;
        return TryDecide(ActName.ReturnFiling, officer, id, seen, FiledState.Returned, clean, unfit, out filed, out refusal);
    }

    /// <summary>
    /// Applies for what was filed, at the license's office, in the name of the officer, who then is not the one to approve. Codes: not-found, content-changed, state-conflict, those of an application.
    /// </summary>
    public bool TrySubmit(Officer officer, long id, Digest seen, [NotNullWhen(true)] out Matter? matter, out Refusal refusal)
    {
        matter = null;
        var filed = Find(id);
        if (Check(filed, id, seen, state => state == FiledState.Accepted) is { } unfit)
        {
            refusal = unfit;
            return false;
        }

        try
        {
            var result = licensing.ApplyTogether(officer with { Office = filed!.Office }, [Application.Of(filed.Content!, filed.Office)], Submit)[0];
            matter = result.Matter;
            refusal = result.Refusal ?? default;
        }
        catch (FilingMovedException)
        {
            refusal = new Refusal(Codes.StateConflict, $"Filing {id} was decided on at the same time.");
        }

        return matter is not null;

        void Submit(RegisterTransaction transaction, IReadOnlyList<ApplyResult> results)
        {
            if (results[0].Matter is { } made && !new FilingStore(transaction, settings.AuthorityNumber).TrySubmit(id, made.Id))
                throw new FilingMovedException();
        }
    }

    private bool TryDecide(
        string act, Officer officer, long id, Digest seen, FiledState to, string? ground, Refusal? unfit, [NotNullWhen(true)] out FiledMatter? filed, out Refusal refusal)
    {
        var now = clock.GetUtcNow();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var store = new FilingStore(transaction, settings.AuthorityNumber);
        var row = store.Find(id);
        var refused = Check(row, id, seen, state => state == FiledState.Filed || (state == FiledState.Accepted && to == FiledState.Returned)) ?? unfit;
        if (refused is null)
            store.Decide(id, to, officer.Person, ground, now);
        new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()).Append(new AuditAct(act, officer, AuditAct.FilingSubjectOf(id))
        {
            License = row?.License.ToString(),
            ContentHash = seen,
            Refusal = refused,
        });
        filed = refused is null ? store.Find(id) : null;
        head.Store();
        transaction.Commit();
        refusal = refused ?? default;
        return filed is not null;
    }

    private static Refusal? Check(FiledMatter? filed, long id, Digest seen, Func<FiledState, bool> allows)
    {
        if (filed is null)
            return new Refusal(Codes.NotFound, $"There is no filing {id}.");
        if (!allows(filed.State))
            return new Refusal(Codes.StateConflict, $"Filing {id} is {filed.State}.");
        return filed.ContentHash == seen ? null : new Refusal(Codes.ContentChanged, $"Filing {id} is not what the officer saw: {filed.ContentHash} against {seen}.");
    }

    /// <summary>Undoes the application: another officer was faster.</summary>
    private sealed class FilingMovedException : Exception;
}
