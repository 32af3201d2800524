using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.People;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.BlackLists;

/// <summary>
/// The own list: an entry keeps somebody from trading in the whole authority, so a supervisor of its top office proposes it and another one confirms it, and so is an entry
/// taken off again. Codes of proposing: right-missing, black-list-entry, not-found, state-conflict.
/// </summary>
public sealed class BlackListChanges(Register register, OfficeTree offices, TimeProvider clock) : TwoPersonChanges<BlackListChange>(register, clock)
{
    private protected override string Table => "black_list_changes";

    private protected override (string Act, string Subject) Trail => (ActName.ChangeBlackList, "black-list-change");

    private protected override byte[] Encode(BlackListChange change) => change.Encode();

    private protected override bool TryDecode(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out BlackListChange? change, out Refusal refusal) =>
        BlackListChange.TryDecode(content, out change, out refusal);

    private protected override int OfficeOf(BlackListChange change, RegisterTransaction transaction) => offices.Top;

    private protected override Refusal? Judge(OfficerStanding officer, BlackListChange change, RegisterTransaction transaction)
    {
        if (Rights.Check(officer, Call.ChangeBlackList, offices.Top) is { } missing)
            return missing;
        if (change.Kind == BlackListChangeKind.Listing)
            return change.Entry.Fault();
        using var store = new BlackListStore(transaction);
        if (store.Find(change.Removed) is not { Source: BlackListStore.Own } listed)
            return new Refusal(Codes.NotFound, $"The own list has no entry {change.Removed}; those of other authorities go with their next file.");
        if (listed.RemovedAt is not null)
            return new Refusal(Codes.StateConflict, $"Entry {change.Removed} was taken off the list already.");
        return PlainText.IsWithin(change.Entry.Ground, BlackListEntry.MaxGround)
            ? null
            : new Refusal(Codes.BlackListEntry, $"A removal has a ground of 1 to {BlackListEntry.MaxGround} characters.");
    }

    private protected override void CarryOut(ProposedChange<BlackListChange> confirmed, RegisterTransaction transaction)
    {
        using var store = new BlackListStore(transaction);
        if (confirmed.Change.Kind == BlackListChangeKind.Listing)
            store.Add(confirmed.Change.Entry, BlackListStore.Own, confirmed.Proposer, confirmed.Decider, NowMs);
        else
            store.Remove(confirmed.Change.Removed, NowMs);
    }
}
