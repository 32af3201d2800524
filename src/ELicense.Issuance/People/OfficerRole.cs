namespace ELicense.Issuance.People;

/// <summary>What an officer may be at an office; numbers are stored.</summary>
public enum OfficerRole
{
    /// <summary>受理: applies.</summary>
    Clerk = 1,

    /// <summary>核准: decides on what others applied for.</summary>
    Approver = 2,

    /// <summary>主管: keeps the black list and sets a bar aside, sees deadlines, confirms the clock.</summary>
    Supervisor = 3,

    /// <summary>监察: reads everything, changes nothing.</summary>
    Auditor = 4,

    /// <summary>管理: enrols people and gives roles, together with another administrator.</summary>
    Administrator = 5,
}

/// <summary>Roles in the API's words.</summary>
public static class OfficerRoles
{
    public static string ApiName(this OfficerRole role) => role switch
    {
        OfficerRole.Clerk => "clerk",
        OfficerRole.Approver => "approver",
        OfficerRole.Supervisor => "supervisor",
        OfficerRole.Auditor => "auditor",
        OfficerRole.Administrator => "administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a role."),
    };

    public static bool TryFromApiName(string? name, out OfficerRole role)
    {
        role = Enum.GetValues<OfficerRole>().FirstOrDefault(role => role.ApiName() == name);
        return role != 0;
    }
}

/// <summary>A role at an office; it holds for the offices below.</summary>
public readonly record struct RoleGrant(OfficerRole Role, int Office);
