using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Matters;

namespace ELicense.Authority;

/// <summary>What an enterprise filed becomes the content of a matter, as what an officer writes does, or is refused.</summary>
public static class FilingContents
{
    private static readonly MatterType[] Filed = [MatterType.Amendment, MatterType.AnnualReport, MatterType.LossReport];

    public static FilingReader Reader(IReadOnlyDictionary<int, BilingualText> offices, PersonMarkKey personKey, TimeProvider clock)
    {
        var contents = new ApplicationContents(offices, personKey, clock);
        return (Filing filing, int office, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal) => TryRead(filing, office, contents, out content, out refusal);
    }

    private static bool TryRead(Filing filing, int office, ApplicationContents contents, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        if (!MatterNames.TryType(filing.Matter, out var type) || !Filed.Contains(type))
        {
            refusal = new Refusal(Codes.FilingType, $"What is filed is one of {string.Join(", ", Filed.Select(MatterNames.Of))}.");
            return false;
        }

        if (Read(filing.Content.Span) is not { } request)
            refusal = new Refusal(Codes.Malformed, "The content is not the JSON of an application.");
        else if (request.Type != filing.Matter)
            refusal = new Refusal(Codes.TypeDiffers, "The application is of another type than the filing says.");
        // An identity number must not come into the register, where the filing is kept as it was.
        else if (request is not { Representative: null, Draft: null })
            refusal = new Refusal(Codes.FieldNotAllowed, "A filing has neither representative nor draft.");
        else
            return contents.TryRead(request, office, out content, out refusal);
        return false;
    }

    private static ApplicationRequest? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ApiJson.Default.ApplicationRequest);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}
