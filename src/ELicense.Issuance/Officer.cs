namespace ELicense.Issuance;

/// <summary>An officer of the authority at a counter.</summary>
/// <param name="Person">Identifies the human being, whatever certificate was shown: four eyes are compared by it.</param>
/// <param name="Office">Number of the office (登记机关) in the authority's directory.</param>
public sealed record Officer(string Person, string Name, int Office)
{
    /// <summary>Where acts come from that no door let in.</summary>
    public const string InProcess = "process";

    /// <summary>Where the officer acts from, for the audit trail: the door and the address, such as "officers 192.0.2.7".</summary>
    public string Origin { get; init; } = InProcess;
}
