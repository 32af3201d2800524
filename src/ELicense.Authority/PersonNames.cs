using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.BlackLists;

namespace ELicense.Authority;

/// <summary>Persons as a body names them.</summary>
internal static class PersonNames
{
    /// <summary>Codes: person-identifier; no detail repeats the number.</summary>
    public static bool TryRead(PersonName name, [NotNullWhen(true)] out PersonIdentifier? person, out Refusal refusal)
    {
        person = null;
        refusal = new Refusal(Codes.PersonIdentifier, "A person has an identityNumber, or passportCountry and passportNumber.");
        return name switch
        {
            { IdentityNumber: not null, PassportCountry: null, PassportNumber: null } => PersonIdentifier.TryCitizen(name.IdentityNumber, out person, out refusal),
            { IdentityNumber: null, PassportCountry: not null, PassportNumber: not null } =>
                PersonIdentifier.TryPassport(name.PassportCountry, name.PassportNumber, out person, out refusal),
            _ => false,
        };
    }

    /// <summary>Enough to tell whether it is the person meant, and not enough to know who: the last four characters.</summary>
    public static string Hidden(PersonIdentifier person) => $"{person.Kind} …{person.Text[^4..]}";
}
