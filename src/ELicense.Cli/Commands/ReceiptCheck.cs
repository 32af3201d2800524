using System.Buffers;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Publication;
using ELicense.Verification.Receipts;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary>A receipt judged by the trust of the command line. What it says was so when it was signed; that it is so still, it does not say.</summary>
internal static class ReceiptCheck
{
    /// <summary>Null when the argument, a file or the text itself, is no receipt.</summary>
    public static byte[]? Read(string argument)
    {
        var trimmed = Content(argument).AsSpan().Trim(" \t\r\n"u8);
        return Jws.TryParse(trimmed, Receipt.MaxBytes, out var jws, out _) && jws.Type == Receipt.Type ? trimmed.ToArray() : null;
    }

    /// <summary>Of the file of that name when there is one, else the argument itself; UTF-8.</summary>
    public static byte[] Content(string argument) =>
        new FileInfo(argument) is { Exists: true, Length: <= Receipt.MaxBytes } ? File.ReadAllBytes(argument) : Encoding.UTF8.GetBytes(argument);

    /// <returns>The exit code: that of the verdict in it, or that of an artefact that is not genuine.</returns>
    public static async Task<int> RunAsync(byte[] receipt, ArtefactJudge judge, bool json, CancellationToken cancellation)
    {
        var trust = await TrustAsync(judge, cancellation);
        var isRight = ReceiptVerifier.TryVerify(receipt, trust, out var read, out var refusal);
        if (json)
            Write(read, refusal);
        else
            await Console.Out.WriteLineAsync(read is null ? $"回执无效 the receipt is refused: {refusal.Detail} [{refusal.Code}]" : Text(read, trust));
        if (!isRight)
            return ExitCodes.For(VerdictValue.Invalid);
        return ExitCodes.For(read!.Logged.Verdict);
    }

    public static async Task<VerifiedTrust> TrustAsync(ArtefactJudge judge, CancellationToken cancellation)
    {
        Refusal refusal;
        if (judge.Card is { } card)
        {
            return VerifiedTrust.TryOpen(card, TrustAnchor.AsGiven, judge.Now, out var given, out refusal)
                ? given
                : throw new CommandException(refusal.Code, $"--trust: {refusal.Detail}", ExitCodes.Usage);
        }

        using var follower = new PublicationFollower(TrustOptions.Source(judge.Publication!), new FollowerSettings(judge.Anchor, StateFolder: null, judge.State), TimeProvider.System);
        var round = await follower.PollAsync(cancellation);
        return round.Refusal is { } why
            ? throw new CommandException(why.Code, $"the publication is refused: {why.Detail}", ExitCodes.StatusNotEstablished)
            : follower.View!.Trust;
    }

    private static string Text(Receipt receipt, VerifiedTrust trust) => $"""
        回执有效 receipt by {trust.Card.AuthorityName.Chinese} {trust.Card.AuthorityName.English}, signed at {receipt.Issued:u}
        {receipt.Logged.CreditCode}: {receipt.Logged.Verdict.ApiName()} at {receipt.Logged.At:u}
        log entries {string.Join(", ", receipt.Logged.Log.Entries.Select(entry => entry.Position))} are in the signed log
        """;

    private static void Write(Receipt? receipt, Refusal refusal)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, VerdictJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("receipt"u8, receipt is null ? "refused" : "genuine");
            writer.WriteString("code"u8, receipt is null ? refusal.Code : Codes.Ok);
            if (receipt is not null)
            {
                writer.WriteString("issued"u8, receipt.Issued);
                writer.WriteString("at"u8, receipt.Logged.At);
                writer.WritePropertyName("verdict"u8);
                receipt.Verdict.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var stdout = Console.OpenStandardOutput();
        stdout.Write(buffer.WrittenSpan);
        stdout.WriteByte((byte)'\n');
    }
}
