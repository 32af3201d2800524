using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Log;

namespace ELicense.Verification.Publication;

/// <summary>The newest that was ever accepted of one publication; anything older is a rollback.</summary>
/// <param name="Time">Of the checkpoint's cosignature, in seconds.</param>
internal sealed record HighWaterMark(string Origin, long TrustVersion, long Size, Digest Root, long Time)
{
    public static HighWaterMark Of(Trust.VerifiedTrust trust, SignedCheckpoint signed) =>
        new(trust.Card.Origin, trust.Card.Version, signed.Checkpoint.Size, signed.Checkpoint.Root, signed.Time.ToUnixTimeSeconds());

    /// <summary>Rollback first, then fork, then time: an old checkpoint offered again is all that is older.</summary>
    public bool Admits(Checkpoint checkpoint, DateTimeOffset time, out Refusal refusal)
    {
        refusal = default;
        if (checkpoint.Size < Size)
            refusal = new Refusal(Codes.LogRollback, $"The checkpoint has size {checkpoint.Size}; size {Size} was seen before.");
        else if (checkpoint.Size == Size && checkpoint.Root != Root)
            refusal = new Refusal(Codes.LogFork, $"The checkpoint of size {Size} has root {checkpoint.Root}; {Root} was seen before.");
        else if (time.ToUnixTimeSeconds() < Time)
            refusal = new Refusal(Codes.ClockBackwards, $"The checkpoint's time is {time:u}; {DateTimeOffset.FromUnixTimeSeconds(Time):u} was seen before.");
        return refusal.Code is null;
    }

    public bool AdmitsTrust(long version, out Refusal refusal)
    {
        refusal = version >= TrustVersion ? default : new Refusal(Codes.TrustRollback, $"The trust card has version {version}; {TrustVersion} was seen before.");
        return refusal.Code is null;
    }
}

/// <summary>Keeps high-water marks in a folder, one file an origin, apart from every cache.</summary>
internal static class HighWaterStore
{
    private const int MaxBytes = 4096;

    private sealed record MarkJson(string Origin, long TrustVersion, long Size, string Root, long Time);

    /// <summary>True with null when none was kept yet; a mark that cannot be read is a refusal, never a new start.</summary>
    public static bool TryLoad(string folder, string origin, out HighWaterMark? mark, out Refusal refusal)
    {
        mark = null;
        refusal = default;
        var path = PathOf(folder, origin);
        if (!File.Exists(path))
            return true;
        if (TryParse(path, origin, out mark))
            return true;
        refusal = new Refusal(Codes.HighWaterUnreadable, $"{path} is not a high-water mark of {origin}; restore it, or remove it if rollback is excluded otherwise.");
        return false;
    }

    /// <summary>Old or new after a crash, never half.</summary>
    public static void Save(string folder, HighWaterMark mark)
    {
        Directory.CreateDirectory(folder);
        var json = new MarkJson(mark.Origin, mark.TrustVersion, mark.Size, mark.Root.ToString(), mark.Time);
        WholeFile.Write(PathOf(folder, mark.Origin), JsonSerializer.SerializeToUtf8Bytes(json, JsonSerializerOptions.Web));
    }

    private static string PathOf(string folder, string origin) => Path.Combine(folder, Uri.EscapeDataString(origin) + ".json");

    private static bool TryParse(string path, string origin, [NotNullWhen(true)] out HighWaterMark? mark)
    {
        mark = null;
        try
        {
            if (new FileInfo(path).Length > MaxBytes
                || JsonSerializer.Deserialize<MarkJson>(File.ReadAllBytes(path), JsonSerializerOptions.Web) is not { } json
                || json.Origin != origin || !Digest.TryParseHex(json.Root, out var root))
                return false;
            mark = new HighWaterMark(json.Origin, json.TrustVersion, json.Size, root, json.Time);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
