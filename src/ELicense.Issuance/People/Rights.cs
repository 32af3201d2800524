using System.Collections.Frozen;
using ELicense.Core;

namespace ELicense.Issuance.People;

/// <summary>What an officer can ask of the authority; every call of the officers' door is one of these.</summary>
public enum Call
{
    /// <summary>Who am I, which offices are there, what is the API.</summary>
    Orient,
    Apply,
    ReadMatters,
    Decide,

    /// <summary>Certify the key on an enterprise's token, by a right that two officers gave.</summary>
    IssueCertificate,
    ReadRegister,
    ReadDeadlines,
    ConfirmClock,
    ReadBlackList,

    /// <summary>Asked at the top office: an entry holds in the whole authority.</summary>
    ChangeBlackList,
    OverrideBlackList,
    ReadPeople,
    ChangePeople,
}

/// <summary>Who may do what: the one place where rights are asked.</summary>
public static class Rights
{
    private static readonly FrozenDictionary<Call, FrozenSet<OfficerRole>> Table = new Dictionary<Call, OfficerRole[]>
    {
        [Call.Orient] = Enum.GetValues<OfficerRole>(),
        [Call.Apply] = [OfficerRole.Clerk],
        [Call.ReadMatters] = [OfficerRole.Clerk, OfficerRole.Approver, OfficerRole.Supervisor, OfficerRole.Auditor],
        [Call.Decide] = [OfficerRole.Approver],
        [Call.IssueCertificate] = [OfficerRole.Clerk],
        [Call.ReadRegister] = [OfficerRole.Clerk, OfficerRole.Approver, OfficerRole.Supervisor, OfficerRole.Auditor],
        [Call.ReadDeadlines] = [OfficerRole.Supervisor, OfficerRole.Auditor],
        [Call.ConfirmClock] = [OfficerRole.Supervisor],
        [Call.ReadBlackList] = [OfficerRole.Supervisor, OfficerRole.Auditor],
        [Call.ChangeBlackList] = [OfficerRole.Supervisor],
        [Call.OverrideBlackList] = [OfficerRole.Supervisor],
        [Call.ReadPeople] = [OfficerRole.Auditor, OfficerRole.Administrator],
        [Call.ChangePeople] = [OfficerRole.Administrator],
    }.ToFrozenDictionary(row => row.Key, row => row.Value.ToFrozenSet());

    /// <summary>Whether a role opens a call.</summary>
    public static bool Opens(OfficerRole role, Call call) => Table[call].Contains(role);

    /// <summary>Whether an officer may call at all, at whatever office.</summary>
    public static Refusal? Check(OfficerStanding officer, Call call) =>
        officer.Grants.Any(grant => Opens(grant.Role, call)) ? null : Missing(officer, call);

    /// <summary>Whether an officer may do it to something of an office: by a role there or above. Code: right-missing.</summary>
    public static Refusal? Check(OfficerStanding officer, Call call, int office) =>
        officer.Grants.Any(grant => Opens(grant.Role, call) && officer.Offices.IsWithin(office, grant.Office))
            ? null
            : Missing(officer, call, $" at office {office}");

    /// <summary>Offices to whose things a call is open.</summary>
    public static IReadOnlyList<int> Offices(OfficerStanding officer, Call call) => [.. officer.Offices.Offices.Where(office => Check(officer, call, office) is null)];

    private static Refusal Missing(OfficerStanding officer, Call call, string where = "") => new(
        Codes.RightMissing,
        $"This call is for {string.Join(", ", Table[call].Order().Select(role => role.ApiName()))}{where}; {officer.Officer.Person} is {officer.Describe()}.");
}
