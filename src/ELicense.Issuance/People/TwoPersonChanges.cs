using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>How far a change has come; numbers are stored.</summary>
public enum ChangeState
{
    Proposed = 1,
    Confirmed = 2,
    Rejected = 3,
}

/// <summary>A change as the register holds it.</summary>
/// <param name="Office">Where somebody must hold the right to see it; 0: nowhere.</param>
public sealed record ProposedChange<TChange>(long Id, ChangeState State, TChange Change, int Office, Digest ContentHash, string Proposer, string? Decider);

/// <summary>What one officer proposes and another person confirms, bound to the hash of its content, and carried out in the transaction that confirms it.</summary>
public abstract class TwoPersonChanges<TChange>(Register register, TimeProvider clock)
    where TChange : class
{
    /// <summary>Proposes. Codes: those of the change.</summary>
    public bool TryPropose(OfficerStanding officer, TChange change, [NotNullWhen(true)] out ProposedChange<TChange>? proposed, out Refusal refusal)
    {
        proposed = null;
        var content = Encode(change);
        var hash = Digest.Of(content);
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var refused = Judge(officer, change, transaction);
        if (refused is null)
        {
            var store = new TwoPersonChangeStore(transaction, Table);
            proposed = new ProposedChange<TChange>(
                store.NextId(), ChangeState.Proposed, change, OfficeOf(change, transaction), hash, officer.Officer.Person, Decider: null);
            store.Insert(proposed.Id, content, hash, proposed.Proposer, NowMs);
        }

        Record(transaction, head, officer.Officer, proposed?.Id, hash, refused);
        refusal = refused ?? default;
        return refused is null;
    }

    /// <summary>Confirms what was seen, as another person, and carries it out. Codes: not-found, state-conflict, same-person, content-changed, and those of proposing.</summary>
    public bool TryConfirm(OfficerStanding officer, long id, Digest seen, out Refusal refusal) => Decide(officer, id, seen, confirm: true, out refusal);

    /// <summary>Rejects it; the proposer may withdraw the own proposal so. Codes as for confirming, but same-person.</summary>
    public bool TryReject(OfficerStanding officer, long id, Digest seen, out Refusal refusal) => Decide(officer, id, seen, confirm: false, out refusal);

    public ProposedChange<TChange>? Find(long id)
    {
        using var transaction = register.Read();
        return Find(id, transaction);
    }

    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<ProposedChange<TChange>> FindProposed(long after, int limit)
    {
        using var transaction = register.Read();
        return [.. new TwoPersonChangeStore(transaction, Table).FindProposed(after, limit).Select(row => Read(row, transaction))];
    }

    private protected long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Where the changes are stored.</summary>
    private protected abstract string Table { get; }

    /// <summary>Name of the act in the trail; with a number, of its subject.</summary>
    private protected abstract (string Act, string Subject) Trail { get; }

    /// <summary>Canonical bytes: what the confirmation is bound to.</summary>
    private protected abstract byte[] Encode(TChange change);

    private protected abstract bool TryDecode(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out TChange? change, out Refusal refusal);

    private protected abstract int OfficeOf(TChange change, RegisterTransaction transaction);

    /// <summary>Asked of the proposer, and again of the one who decides: both must hold the right, and the change must still be possible.</summary>
    private protected abstract Refusal? Judge(OfficerStanding officer, TChange change, RegisterTransaction transaction);

    private protected abstract void CarryOut(ProposedChange<TChange> confirmed, RegisterTransaction transaction);

    private bool Decide(OfficerStanding officer, long id, Digest seen, bool confirm, out Refusal refusal)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var found = Find(id, transaction);
        var refused = found is null ? new Refusal(Codes.NotFound, $"There is no change {id}.") : Judge(officer, found, seen, confirm, transaction);
        if (refused is null)
        {
            var state = confirm ? ChangeState.Confirmed : ChangeState.Rejected;
            new TwoPersonChangeStore(transaction, Table).Decide(id, state, officer.Officer.Person, NowMs);
            if (confirm)
                CarryOut(found! with { State = state, Decider = officer.Officer.Person }, transaction);
        }

        Record(transaction, head, officer.Officer, found?.Id, seen, refused);
        refusal = refused ?? default;
        return refused is null;
    }

    private Refusal? Judge(OfficerStanding officer, ProposedChange<TChange> found, Digest seen, bool confirm, RegisterTransaction transaction)
    {
        if (found.State != ChangeState.Proposed)
            return new Refusal(Codes.StateConflict, $"Change {found.Id} is decided already.");
        if (found.ContentHash != seen || Digest.Of(Encode(found.Change)) != seen)
            return new Refusal(Codes.ContentChanged, $"Change {found.Id} is not what was seen: {found.ContentHash} against {seen}.");
        if (confirm && found.Proposer == officer.Officer.Person)
            return new Refusal(Codes.SamePerson, $"Change {found.Id} was proposed by the person who would confirm it.");
        return Judge(officer, found.Change, transaction);
    }

    private ProposedChange<TChange>? Find(long id, RegisterTransaction transaction) =>
        new TwoPersonChangeStore(transaction, Table).Find(id) is { } row ? Read(row, transaction) : null;

    /// <exception cref="InvalidDataException">The stored content is not one that this release wrote.</exception>
    private ProposedChange<TChange> Read(TwoPersonChangeStore.Row row, RegisterTransaction transaction) => TryDecode(row.Content, out var change, out var refusal)
        ? new ProposedChange<TChange>(
            row.Id, (ChangeState)row.State, change, OfficeOf(change, transaction), new Digest(row.ContentHash), row.Proposer, row.Decider)
        : throw new InvalidDataException($"{Trail.Subject}/{row.Id}: {refusal}");

    private void Record(RegisterTransaction transaction, RegisterHead head, Officer officer, long? id, Digest seen, Refusal? refusal)
    {
        new AuditTrail(transaction, head, NowMs).Append(
            new AuditAct(Trail.Act, officer, id is null ? null : $"{Trail.Subject}/{id}") { ContentHash = seen, Refusal = refusal });
        head.Store();
        transaction.Commit();
    }
}
