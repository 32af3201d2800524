using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <param name="Name">For people.</param>
/// <param name="Sha256">Of the key's UTF-8, 64 hexadecimal digits.</param>
/// <param name="Burst">Signatures that it may cause at once; null: as <see cref="WorkRate.Key"/>.</param>
/// <param name="PerSecond">Signatures a second that it may cause; null: likewise.</param>
internal sealed record ApiKeyConfiguration([property: JsonRequired] string Name, [property: JsonRequired] string Sha256, int? Burst = null, int? PerSecond = null)
{
    public static ApiKeys ToKeys(IReadOnlyList<ApiKeyConfiguration> configured)
    {
        var rates = new Dictionary<Digest, WorkRate>();
        foreach (var key in configured)
        {
            if (!rates.TryAdd(key.ToDigest(), key.ToRate()))
                throw Wrong($"the key of {key.Name} stands there twice.");
        }

        return new ApiKeys(rates);
    }

    private Digest ToDigest() => Digest.TryParseHex(Sha256, out var digest) ? digest : throw Wrong($"the SHA-256 of {Name} is not 64 hexadecimal digits.");

    private WorkRate ToRate()
    {
        try
        {
            return new WorkRate(Burst ?? WorkRate.Key.Burst, PerSecond ?? WorkRate.Key.PerSecond);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw Wrong($"the rate of {Name}: {e.Message}");
        }
    }

    private static CommandException Wrong(string what) => new(Codes.ConfigFormat, $"apiKeys: {what}", ExitCodes.Usage);
}
