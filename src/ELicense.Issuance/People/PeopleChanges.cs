using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>
/// Enrolment, roles and withdrawal: proposed by one administrator, confirmed by another. Codes of proposing: right-missing, text-forbidden, text-too-long, formula, malformed,
/// office-unknown, not-found, state-conflict.
/// </summary>
public sealed partial class PeopleChanges(Register register, OfficeTree offices, TimeProvider clock) : TwoPersonChanges<PeopleChange>(register, clock)
{
    private const int MaxNameLength = 64;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StaffNumber();

    private protected override string Table => "people_changes";

    private protected override (string Act, string Subject) Trail => (ActName.ChangePeople, "people-change");

    private protected override byte[] Encode(PeopleChange change) => change.Encode();

    private protected override bool TryDecode(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out PeopleChange? change, out Refusal refusal) =>
        PeopleChange.TryDecode(content, out change, out refusal);

    /// <summary>Own office of the person whom a change is about; 0: nobody is enrolled so, and nobody would be.</summary>
    private protected override int OfficeOf(PeopleChange change, RegisterTransaction transaction) =>
        change.Office ?? (int?)new PeopleStore(transaction).FindPerson(change.Person)?.Office ?? 0;

    private protected override Refusal? Judge(OfficerStanding officer, PeopleChange change, RegisterTransaction transaction)
    {
        var people = new PeopleStore(transaction);
        if (!StaffNumber().IsMatch(change.Person))
            return new Refusal(Codes.Malformed, "A staff number has lower-case letters, digits and hyphens, at most 32.");
        var person = people.FindPerson(change.Person);
        var former = person is null ? [] : people.Roles(person.Id);
        foreach (var office in change.Roles.Concat(former).Select(grant => grant.Office).Append(OfficeOf(change, transaction)))
        {
            if (!offices.Contains(office))
                return person is null && change.Kind != PeopleChangeKind.Enrolment ? NobodyIs(change.Person) : new Refusal(Codes.OfficeUnknown, $"The authority has no office {office}.");
            if (Rights.Check(officer, Call.ChangePeople, office) is { } missing)
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
            PeopleChangeKind.CertificateWithdrawal when (change.Certificate is { } certificate ? people.FindCertificate(certificate.Fingerprint) : null) is not { WithdrawnMs: null } found || found.Person != change.Person
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

    private static Refusal? IsFree(OfficerCertificate? certificate, PeopleStore people)
    {
        if (certificate is null)
            return new Refusal(Codes.FieldMissing, "The certificate is missing.");

        // By its serial number too: the encoding of a signature can be changed, and with it the fingerprint.
        var taken = people.FindCertificate(certificate.Fingerprint) ?? (certificate.Name is { } name ? people.FindCertificate(name) : null);
        return taken is not null
            ? new Refusal(Codes.StateConflict, $"The certificate belongs to {taken.Person}.")
            : null;
    }

    private static Refusal NobodyIs(string person) => new(Codes.NotFound, $"Nobody is enrolled as {person}.");

    private protected override void CarryOut(ProposedChange<PeopleChange> confirmed, RegisterTransaction transaction)
    {
        var (change, people) = (confirmed.Change, new PeopleStore(transaction));
        switch (change.Kind)
        {
            case PeopleChangeKind.Enrolment:
                people.InsertPerson(change.Person, change.Name!, change.Office!.Value, NowMs);
                people.InsertCertificate(change.Person, change.Certificate!, NowMs);
                break;
            case PeopleChangeKind.Certificate:
                people.InsertCertificate(change.Person, change.Certificate!, NowMs);
                break;
            case PeopleChangeKind.CertificateWithdrawal:
                people.WithdrawCertificate(change.Person, change.Certificate!.Fingerprint, NowMs);
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
}
