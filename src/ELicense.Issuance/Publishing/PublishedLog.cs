using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Publishing;

/// <summary>The checkpoints that the world may have seen: the published file, the high-water mark outside the database, and the newest one that the database signed.</summary>
internal sealed class PublishedLog(PublicationFolder folder, AuthoritySettings settings, AuthorityKeys keys)
{
    public const string CheckpointPath = "log/checkpoint";

    /// <summary>The published checkpoint; null before the first.</summary>
    /// <param name="note">The signed note itself.</param>
    /// <param name="time">Of its cosignature.</param>
    /// <exception cref="PublicationRefusedException">The file is there but not ours: signing beside it could fork a log.</exception>
    public Checkpoint? Read(out byte[]? note, out DateTimeOffset time)
    {
        time = DateTimeOffset.MinValue;
        note = folder.Read(CheckpointPath);
        if (note is null)
            return null;
        return CheckpointSigning.TryOpen(
            note, settings.Origin, [keys.Pinned.Log, .. keys.FormerLogs], [keys.Pinned.Clock, .. keys.FormerClocks], out var checkpoint, out time, out var refusal)
            ? checkpoint
            : throw new PublicationRefusedException(refusal);
    }

    /// <summary>Held for a round: of two publishers that share a folder, the checkpoint of the slower never replaces the newer one.</summary>
    /// <exception cref="PublicationRefusedException">state-conflict: another publisher holds it.</exception>
    public IDisposable HoldAlone()
    {
        var file = settings.HighWaterFile + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e)
        {
            throw new PublicationRefusedException(new Refusal(Codes.StateConflict, $"Another publisher is at work: {e.Message}"));
        }
    }

    public Checkpoint? ReadHighWater() => ReadHighWater(settings.HighWaterFile);

    /// <exception cref="PublicationRefusedException">The mark cannot be read: never a new start.</exception>
    public static Checkpoint? ReadHighWater(string file)
    {
        if (!File.Exists(file))
            return null;
        return Checkpoint.TryParse(File.ReadAllText(file), out var checkpoint, out var refusal)
            ? checkpoint
            : throw new PublicationRefusedException(refusal with { Detail = $"High-water mark {file}: {refusal.Detail}" });
    }

    /// <summary>Raised before the checkpoint goes out: what anybody may have seen is never above the mark.</summary>
    public void WriteHighWater(Checkpoint checkpoint) =>
        WholeFile.Write(settings.HighWaterFile, System.Text.Encoding.UTF8.GetBytes(checkpoint.ToText()));
}
