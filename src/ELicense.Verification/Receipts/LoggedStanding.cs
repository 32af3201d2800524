using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Receipts;

/// <summary>What a verdict said of one license at an instant, and the log entries that are to prove it: judged by a trust card from elsewhere, and by nothing else.</summary>
/// <param name="CreditCode">The enterprise.</param>
/// <param name="Verdict">The word of the verdict.</param>
/// <param name="Standing">What the log is said to say of the version at this list and index.</param>
/// <param name="At">The instant.</param>
public sealed record LoggedStanding(CreditCode CreditCode, VerdictValue Verdict, Standing Standing, int List, int Index, DateTimeOffset At, LogProof Log)
{
    private const int MostEntries = 2;
    private const int LongestPath = 63;

    // Times in a verdict that somebody keeps are whole seconds.
    private const long MillisecondsOfASecond = 1000;

    /// <summary>Throws what the accessors of <see cref="JsonElement"/> throw for a member that is missing, of another type or out of range.</summary>
    /// <param name="verdict">With the members "verdict" and "status".</param>
    /// <param name="log">As <see cref="LogProof.Write"/> writes it.</param>
    internal static LoggedStanding Read(string? creditCode, JsonElement verdict, DateTimeOffset at, JsonElement log)
    {
        var status = verdict.GetProperty("status"u8);
        var (word, standing) = (verdict.GetProperty("verdict"u8).GetString(), status.GetProperty("value"u8).GetString());
        if (!CreditCode.TryParse(creditCode, out var code, out var refusal))
            throw new FormatException(refusal.Detail);
        return new LoggedStanding(
            code, Enum.GetValues<VerdictValue>().Single(value => value.ApiName() == word), Enum.GetValues<Standing>().Single(value => value.ApiName() == standing),
            status.GetProperty("list"u8).GetInt32(), status.GetProperty("index"u8).GetInt32(), at, ReadLog(log));
    }

    /// <summary>
    /// Null: the entries are in the log of the card, are about this license up to that instant, and say what is said. Codes: those of <see cref="CheckpointSigning.TryOpen"/> and
    /// <see cref="LogEntry.TryDecode"/>; receipt-proof.
    /// </summary>
    /// <param name="by">Nothing in it is later; the log's keys are those in force then.</param>
    /// <param name="time">Of the checkpoint.</param>
    internal Refusal? Judge(VerifiedTrust trust, DateTimeOffset by, out DateTimeOffset time)
    {
        var (logs, clocks) = (trust.KeysInForce(KeyRole.Log, by), trust.KeysInForce(KeyRole.Clock, by));
        if (!CheckpointSigning.TryOpen(Log.Checkpoint.Span, trust.Card.Origin, logs, clocks, out var checkpoint, out time, out var refusal))
            return refusal;
        if (time > by + SignedCheckpoint.ClocksMayDiffer || At > by + SignedCheckpoint.ClocksMayDiffer)
            return NotProven($"Its checkpoint, or the time that it is about, is later than {by:u}.");
        if (!Fits())
            return NotProven($"The verdict {Verdict.ApiName()} is none on a license whose standing is {Standing.ApiName()}.");
        foreach (var proof in Log.Entries)
        {
            if (!proof.LeadsTo(checkpoint.Size, checkpoint.Root))
                return NotProven($"The entry at position {proof.Position} is not in the log of size {checkpoint.Size}.");
            if (!LogEntry.TryDecode(proof.Entry, out var entry, out refusal))
                return refusal;
            var isFirst = ReferenceEquals(proof, Log.Entries[0]);
            if (entry.Kind != (isFirst ? LogEntryKind.LicenseIssued : LogEntryKind.LicenseStatus)
                || entry.Subject is not EnterpriseSubject subject || subject.CreditCode != CreditCode
                || entry.List != List || entry.Index != Index || entry.TimeMs > At.ToUnixTimeMilliseconds() + MillisecondsOfASecond)
                return NotProven($"The entry at position {proof.Position} is not about this license up to that time.");
            if (ReferenceEquals(proof, Log.Entries[^1]) && entry.Standing != Standing)
                return NotProven($"The log says {entry.Standing}, the verdict {Standing}.");
        }

        return null;
    }

    internal static Refusal NotProven(string why) => new(Codes.ReceiptProof, why);

    // The precedence of verdicts (docs/formats.md): above the standing there is only what is not authentic, and of a valid one the period speaks.
    private bool Fits() => Standing == Standing.Valid
        ? Verdict is not (VerdictValue.Revoked or VerdictValue.Cancelled or VerdictValue.Suspended or VerdictValue.Superseded)
        : Verdict == VerdictValue.Invalid || Verdict.ApiName() == Standing.ApiName();

    private static LogProof ReadLog(JsonElement log)
    {
        var entries = log.GetProperty("entries"u8);
        if (entries.GetArrayLength() is 0 or > MostEntries)
            throw new FormatException("There are one or two entries.");
        return new LogProof(Encoding.UTF8.GetBytes(log.GetProperty("checkpoint"u8).GetString()!), [.. entries.EnumerateArray().Select(ReadEntry)]);
    }

    private static InclusionProof ReadEntry(JsonElement entry)
    {
        var path = entry.GetProperty("path"u8);
        if (path.GetArrayLength() > LongestPath)
            throw new FormatException("No tree is that high.");
        return new InclusionProof(
            entry.GetProperty("position"u8).GetInt64(), entry.GetProperty("entry"u8).GetBytesFromBase64(),
            [.. path.EnumerateArray().Select(hash => new Digest(hash.GetBytesFromBase64()))]);
    }
}
