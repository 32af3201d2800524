namespace ELicense.Core.Trust;

/// <summary>The one role of a key.</summary>
public enum KeyRole
{
    Root,
    License,
    Status,
    Log,
    Clock,
    EnterpriseCa,
    OfficersCa,
    Answer,
    Exchange,
}

/// <summary>What the roles are called in JSON, and which one algorithm each may have.</summary>
public static class KeyRoles
{
    private static readonly Dictionary<string, KeyRole> Named = Enum.GetValues<KeyRole>().ToDictionary(role => role.Name(), StringComparer.Ordinal);

    /// <summary>root, license, status, log, clock, enterprise-ca, officers-ca, answer, exchange.</summary>
    public static string Name(this KeyRole role) => role switch
    {
        KeyRole.Root => "root",
        KeyRole.License => "license",
        KeyRole.Status => "status",
        KeyRole.Log => "log",
        KeyRole.Clock => "clock",
        KeyRole.EnterpriseCa => "enterprise-ca",
        KeyRole.OfficersCa => "officers-ca",
        KeyRole.Answer => "answer",
        KeyRole.Exchange => "exchange",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };

    public static bool TryFromName(string name, out KeyRole role) => Named.TryGetValue(name, out role);

    /// <summary>ES256 or EdDSA; signed notes know Ed25519 only, so the log and its clock have that.</summary>
    public static string Algorithm(this KeyRole role) => role is KeyRole.Log or KeyRole.Clock ? "EdDSA" : "ES256";
}
