using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>Enrolment, roles and withdrawal: proposed by one administrator, confirmed by another person, carried out in the transaction that confirms it.</summary>
public sealed partial class PeopleChanges(Register register, OfficeTree offices, TimeProvider clock)
{
    private const int MaxNameLength = 64;
    private const string Act = "change-people";

    /// <summary>Proposes. Codes: right-missing, text-forbidden, text-too-long, formula, malformed, office-unknown, not-found, state-conflict.</summary>
    public bool TryPropose(OfficerStanding administrator, PeopleChange change, [NotNullWhen(true)] out ProposedChange? proposed, out Refusal refusal)
    {
        proposed = null;
        var content = change.Encode();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var store = new PeopleChangeStore(transaction);
        if (Judge(administrator, change, store) is not { } refused)
        {
            proposed = new ProposedChange(
                store.NextId(), PeopleChangeState.Proposed, change, store.OfficeOf(change), Digest.Of(content), administrator.Officer.Person, Decider: null);
            store.Insert(proposed, content, NowMs);
        }
        else
        {
            refusal = refused;
            Record(transaction, head, administrator.Officer, proposed, Digest.Of(content), refused);
            return false;
        }

        Record(transaction, head, administrator.Officer, proposed, proposed.ContentHash, refusal: null);
        refusal = default;
        return true;
    }

    /// <summary>Confirms what was seen, as another person, and carries it out. Codes: not-found, state-conflict, same-person, content-changed, and those of proposing.</summary>
    public bool TryConfirm(OfficerStanding administrator, long id, Digest seen, out Refusal refusal) => Decide(administrator, id, seen, confirm: true, out refusal);

    /// <summary>Rejects it; the proposer may withdraw the own proposal so. Codes as for confirming, but same-person.</summary>
    public bool TryReject(OfficerStanding administrator, long id, Digest seen, out Refusal refusal) => Decide(administrator, id, seen, confirm: false, out refusal);

    public ProposedChange? Find(long id)
    {
        using var transaction = register.Read();
        return new PeopleChangeStore(transaction).Find(id);
    }

    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<ProposedChange> FindProposed(long after, int limit)
    {
        using var transaction = register.Read();
        return new PeopleChangeStore(transaction).FindProposed(after, limit);
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StaffNumber();

    private bool Decide(OfficerStanding administrator, long id, Digest seen, bool confirm, out Refusal refusal)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var store = new PeopleChangeStore(transaction);
        var found = store.Find(id);
        var refused = found is null ? new Refusal(Codes.NotFound, $"There is no change {id}.") : Judge(administrator, found, seen, confirm, store);
        if (refused is null)
        {
            store.Decide(id, confirm ? PeopleChangeState.Confirmed : PeopleChangeState.Rejected, administrator.Officer.Person, NowMs);
            if (confirm)
                CarryOut(found!.Change, store.People);
        }

        Record(transaction, head, administrator.Officer, found, seen, refused);
        refusal = refused ?? default;
        return refused is null;
    }

    private Refusal? Judge(OfficerStanding administrator, ProposedChange found, Digest seen, bool confirm, PeopleChangeStore store)
    {
        if (found.State != PeopleChangeState.Proposed)
            return new Refusal(Codes.StateConflict, $"Change {found.Id} is decided already.");
        if (found.ContentHash != seen || Digest.Of(found.Change.Encode()) != seen)
            return new Refusal(Codes.ContentChanged, $"Change {found.Id} is not what was seen: {found.ContentHash} against {seen}.");
        if (confirm && found.Proposer == administrator.Officer.Person)
            return new Refusal(Codes.SamePerson, $"Change {found.Id} was proposed by the person who would confirm it.");
        return Judge(administrator, found.Change, store);
    }

    /// <summary>Asked of the proposer, and again of the one who confirms: both must hold the right, and the change must still be possible.</summary>
    private Refusal? Judge(OfficerStanding administrator, PeopleChange change, PeopleChangeStore store)
    {
        var people = store.People;
        if (!StaffNumber().IsMatch(change.Person))
            return new Refusal(Codes.Malformed, "A staff number has lower-case letters, digits and hyphens, at most 32.");
        var person = people.FindPerson(change.Person);
        var former = person is null ? [] : people.Roles(person.Id);
        foreach (var office in change.Roles.Concat(former).Select(grant => grant.Office).Append(store.OfficeOf(change)))
        {
            if (!offices.Contains(office))
                return person is null && change.Kind != PeopleChangeKind.Enrolment ? NobodyIs(change.Person) : new Refusal(Codes.OfficeUnknown, $"The authority has no office {office}.");
            if (Rights.Check(administrator, Call.ChangePeople, office) is { } missing)
                return missing;
        }

        if (change.Kind == PeopleChangeKind.Enrolment)
            return JudgeEnrolment(change, person, people);
        if (person is null)
            return NobodyIs(change.Person);
        if (person.WithdrawnMs is not null)
            return new Refusal(Codes.StateConflict, $"{change.Person} is no longer enrolled.");
        return change.Kind switch
        {
            PeopleChangeKind.Certificate => IsFree(change.Certificate, people),
            PeopleChangeKind.CertificateWithdrawal when people.FindCertificate(change.Certificate ?? default) is not { WithdrawnMs: null } found || found.Person != change.Person
                => new Refusal(Codes.NotFound, $"{change.Person} has no such certificate in use."),
            _ => null,
        };
    }

    private static Refusal? JudgeEnrolment(PeopleChange change, PeopleStore.PersonRow? person, PeopleStore people)
    {
        if (person is not null)
            return new Refusal(Codes.StateConflict, $"{change.Person} is enrolled already.");
        if (!FaceText.TryClean(change.Name ?? "", MaxNameLength, out var name, out var refusal))
            return refusal;
        return name.Length == 0 || name != change.Name
            ? new Refusal(Codes.FieldMissing, "A person has a name, without spaces around it.")
            : IsFree(change.Certificate, people);
    }

    private static Refusal? IsFree(Digest? certificate, PeopleStore people)
    {
        if (certificate is not { } fingerprint)
            return new Refusal(Codes.FieldMissing, "The certificate is missing.");
        return people.FindCertificate(fingerprint) is { } taken
            ? new Refusal(Codes.StateConflict, $"The certificate belongs to {taken.Person}.")
            : null;
    }

    private static Refusal NobodyIs(string person) => new(Codes.NotFound, $"Nobody is enrolled as {person}.");

    private void CarryOut(PeopleChange change, PeopleStore people)
    {
        switch (change.Kind)
        {
            case PeopleChangeKind.Enrolment:
                people.InsertPerson(change.Person, change.Name!, change.Office!.Value, NowMs);
                people.InsertCertificate(change.Person, change.Certificate!.Value, NowMs);
                break;
            case PeopleChangeKind.Certificate:
                people.InsertCertificate(change.Person, change.Certificate!.Value, NowMs);
                break;
            case PeopleChangeKind.CertificateWithdrawal:
                people.WithdrawCertificate(change.Person, change.Certificate!.Value, NowMs);
                break;
            case PeopleChangeKind.Withdrawal:
                people.WithdrawPerson(change.Person, NowMs);
                break;
        }

        if (change.Kind is not (PeopleChangeKind.Enrolment or PeopleChangeKind.Roles))
            return;
        people.DeleteRoles(change.Person);
        foreach (var grant in change.Roles)
            people.InsertRole(change.Person, grant);
    }

    private void Record(RegisterTransaction transaction, RegisterHead head, Officer administrator, ProposedChange? change, Digest seen, Refusal? refusal)
    {
        new AuditTrail(transaction, head, NowMs).Append(new AuditAct(Act, administrator, change is null ? null : $"people-change/{change.Id}") { ContentHash = seen, Refusal = refusal });
        head.Store();
        transaction.Commit();
    }
}
