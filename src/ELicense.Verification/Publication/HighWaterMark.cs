using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>The newest that was ever accepted of one publication; anything older is a rollback.</summary>
/// <param name="Time">Of the checkpoint's cosignature, in seconds.</param>
/// <param name="Anchor">The root that was given when the card was accepted; null in marks of former releases.</param>
/// <param name="TrustRoot">The root of that card. After a change of root, the old one alone is worth nothing here.</param>
internal sealed record HighWaterMark(string Origin, long TrustVersion, long Size, Digest Root, long Time, Digest? Anchor, Digest? TrustRoot)
{
    public static HighWaterMark Of(VerifiedTrust trust, SignedCheckpoint signed, TrustAnchor anchor) =>
        new(trust.Card.Origin, trust.Card.Version, signed.Checkpoint.Size, signed.Checkpoint.Root, signed.Time.ToUnixTimeSeconds(), anchor.Root, trust.Roots[0]);

    /// <summary>An older card, or one whose root does not come from the accepted one. Who gives another root out of band begins with that. Codes: trust-rollback, trust-root.</summary>
    public async Task<Refusal?> RefusalAsync(PublicationSource source, VerifiedTrust trust, TrustAnchor anchor, CancellationToken cancellation)
    {
        if (trust.Card.Version < TrustVersion)
            return new Refusal(Codes.TrustRollback, $"The trust card has version {trust.Card.Version}; {TrustVersion} was seen before.");
        return TrustRoot is { } accepted && Anchor == anchor.Root
            ? await PublishedTrust.RefusalAsync(source, trust, TrustAnchor.Fingerprint(accepted), cancellation)
            : null;
    }

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
}

/// <summary>Keeps high-water marks in a folder, one file an origin, apart from every cache.</summary>
internal static class HighWaterStore
{
    private const int MaxBytes = 4096;

    private sealed record MarkJson(string Origin, long TrustVersion, long Size, string Root, long Time, string? Anchor = null, string? TrustRoot = null);

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
        var json = new MarkJson(mark.Origin, mark.TrustVersion, mark.Size, mark.Root.ToString(), mark.Time, mark.Anchor?.ToString(), mark.TrustRoot?.ToString());
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
                || json.Origin != origin || !Digest.TryParseHex(json.Root, out var root)
                || !TryParse(json.Anchor, out var anchor) || !TryParse(json.TrustRoot, out var trustRoot))
                return false;
            mark = new HighWaterMark(json.Origin, json.TrustVersion, json.Size, root, json.Time, anchor, trustRoot);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryParse(string? hex, out Digest? digest)
    {
        var read = default(Digest);
        var isRight = hex is null || Digest.TryParseHex(hex, out read);
        digest = hex is null ? null : read;
        return isRight;
    }
}
