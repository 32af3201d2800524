using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.People;

/// <summary>The persons of an authority, their certificates and rights. Good for several threads.</summary>
public sealed class AuthorityPeople
{
    private readonly Register _register;
    private readonly TimeProvider _clock;

    /// <summary>Brings the stored offices to what the configuration says.</summary>
    public AuthorityPeople(Register register, OfficeTree offices, TimeProvider clock)
    {
        _register = register;
        _clock = clock;
        Offices = offices;
        using var transaction = register.Write();
        RegisterHead.Lock(transaction);
        var store = new PeopleStore(transaction);
        foreach (var office in offices.Offices.OrderBy(offices.Level))
            store.SetOffice(office, offices.Parent(office), offices.Level(office));
        transaction.Commit();
    }

    public OfficeTree Offices { get; }

    /// <summary>
    /// The first persons, from the set-up of the authority's hierarchy. Once there is anybody, people are changed by two administrators only; then this only
    /// adds the names of their certificates to a register that was made before they were kept.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than two administrators: nobody could ever be enrolled.</exception>
    public void SetUp(IReadOnlyList<FirstPerson> first)
    {
        if (first.Count(person => person.Roles.Any(grant => grant.Role == OfficerRole.Administrator)) < 2)
            throw new ArgumentException("A hierarchy is set up with two administrators at least.", nameof(first));
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var transaction = _register.Write();
        RegisterHead.Lock(transaction);
        var store = new PeopleStore(transaction);
        var isFirst = !store.HasPersons();
        foreach (var person in first)
        {
            if (!isFirst)
            {
                if (person.Certificate.Name is { } name)
                    store.NameCertificate(person.Certificate.Fingerprint, name);
                continue;
            }

            store.InsertPerson(person.Id, person.Name, person.Office, nowMs);
            store.InsertCertificate(person.Id, person.Certificate, nowMs);
            foreach (var grant in person.Roles)
                store.InsertRole(person.Id, grant);
        }
        transaction.Commit();
    }

    /// <summary>Whose certificate this is, as of now. Codes: officer-unknown, officer-withdrawn, certificate-withdrawn.</summary>
    /// <param name="fingerprint">SHA-256 of the certificate.</param>
    /// <param name="holder">Whose certificate it is, also when the person is refused; null: nobody's.</param>
    public bool TryIdentify(Digest fingerprint, [NotNullWhen(true)] out OfficerStanding? officer, out Officer? holder, out Refusal refusal)
    {
        (officer, holder, refusal) = (null, null, default);
        using var transaction = _register.Read();
        var store = new PeopleStore(transaction);
        if (store.FindCertificate(fingerprint) is not { } certificate || store.FindPerson(certificate.Person) is not { } person)
        {
            refusal = new Refusal(Codes.OfficerUnknown, $"Nobody is enrolled with the certificate {fingerprint}.");
            return false;
        }

        holder = new Officer(person.Id, person.Name, (int)person.Office);
        if (certificate.WithdrawnMs is not null)
            refusal = new Refusal(Codes.CertificateWithdrawn, $"The certificate {fingerprint} of {person.Id} was withdrawn.");
        else if (person.WithdrawnMs is not null)
            refusal = new Refusal(Codes.OfficerWithdrawn, $"{person.Id} is no longer enrolled.");
        else
            officer = new OfficerStanding(holder, store.Roles(person.Id), Offices);
        return officer is not null;
    }

    public Person? FindPerson(string id)
    {
        using var transaction = _register.Read();
        var store = new PeopleStore(transaction);
        return store.FindPerson(id) is { } row ? store.ToPerson(row) : null;
    }

    /// <param name="after">Id of the last person of the page before; empty for the first page.</param>
    public IReadOnlyList<Person> FindPersons(string after, int limit)
    {
        using var transaction = _register.Read();
        var store = new PeopleStore(transaction);
        return [.. store.FindPersons(after, limit).ToList().Select(store.ToPerson)];
    }
}

/// <summary>A person from the set-up of the hierarchy.</summary>
public sealed record FirstPerson(string Id, string Name, int Office, OfficerCertificate Certificate, IReadOnlyList<RoleGrant> Roles);
