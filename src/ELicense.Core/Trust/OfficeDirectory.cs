using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Trust;

/// <summary>Numbers and names of the offices (登记机关), trust/offices.jws; signed by the status key.</summary>
public sealed record OfficeDirectory(long Version, long Issued, int AuthorityNumber, IReadOnlyDictionary<int, BilingualText> Offices)
{
    public const string Type = "elicense-offices+jws";
    public const int MaxBytes = 4 * 1024 * 1024;

    public const int MaxOffices = 20_000;

    /// <summary>UTF-8 JSON, the JWS payload: no white space, offices by rising number.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecodeJson"/> would refuse it.</exception>
    public byte[] EncodeJson()
    {
        if (Fault() is { } fault)
            throw new InvalidOperationException($"A directory of offices cannot state this: {fault}.");
        var offices = Offices.OrderBy(office => office.Key).Select(office => new OfficeJson(office.Key, BilingualJson.From(office.Value)));
        var json = TrustJson.Write(new OfficesJson(Version, Issued, AuthorityNumber, [.. offices]), TrustJson.Strict.OfficesJson);
        return json.Length <= MaxBytes ? json : throw new InvalidOperationException($"A directory of {json.Length} bytes; at most {MaxBytes} are read.");
    }

    /// <summary>Bounded, strict: unknown and duplicate members, offices that are not in rising order are refused. Codes: too-large, malformed.</summary>
    public static bool TryDecodeJson(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out OfficeDirectory? directory, out Refusal refusal)
    {
        directory = null;
        if (!TrustJson.TryRead(json.Span, MaxBytes, TrustJson.Strict.OfficesJson, out var read, out refusal))
            return false;
        var offices = new Dictionary<int, BilingualText>();
        var before = -1;
        foreach (var office in read.Offices)
        {
            if (office is null || office.Number <= before)
                return Refuse("offices that are not in rising order of their numbers", out refusal);
            before = office.Number;
            offices.Add(office.Number, office.Name.ToText());
        }
        var candidate = new OfficeDirectory(read.Version, read.Issued, read.Authority, offices);
        if (candidate.Fault() is { } fault)
            return Refuse(fault, out refusal);
        directory = candidate;
        return true;
    }

    private string? Fault()
    {
        if (Version < 1)
            return "a version below 1";
        if (!TrustCardBounds.IsInstant(Issued))
            return "issued outside the years 1970 to 9999";
        if (AuthorityNumber is < 1 or > 9999)
            return "an authority number outside 1 to 9999";
        if (Offices.Count > MaxOffices)
            return "too many offices";
        return Offices.All(office => office.Key >= 0 && TrustCardBounds.IsName(office.Value)) ? null : "an office without a proper number and name";
    }

    private static bool Refuse(string detail, out Refusal refusal)
    {
        refusal = new Refusal(Codes.Malformed, detail);
        return false;
    }
}
