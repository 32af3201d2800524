namespace ELicense.Core;

/// <summary>Why bytes or text were not accepted.</summary>
/// <param name="Code">Stable code, one of <see cref="Codes"/>; never translated.</param>
/// <param name="Detail">What was met and what was expected, for an engineer or a log; holds no secret and no unbounded foreign text.</param>
public readonly record struct Refusal(string Code, string Detail)
{
    public override string ToString() => $"{Code}: {Detail}";
}
