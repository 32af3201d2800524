using System.CommandLine;
using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense verify</c>: one artefact, judged here; no service is asked.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var artefact = new Argument<string>("ARTEFACT") { Description = "a file (.elic, token, certificate, receipt, answer to ?at=), QR text, token text, or a credit code" };
        var offline = new Option<bool>("--offline") { Description = "no network: the publication must be a folder" };
        var allowNoStatus = new Option<bool>("--allow-no-status") { Description = "exit 0 when only the standing could not be checked" };
        var at = new Option<string?>("--at") { Description = "judge as of this time (RFC 3339)" };
        var json = new Option<bool>("--json") { Description = "print the verdict as JSON" };
        var trust = new TrustOptions();
        var command = new Command("verify", "验照: verify a license, a certificate or a receipt") { artefact, offline, allowNoStatus, at, json };
        trust.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var judge = ArtefactJudge.Of(trust, parsed, parsed.GetValue(offline), trust.State(parsed), Instant(parsed.GetValue(at)));
            if (ReceiptCheck.Read(parsed.GetValue(artefact)!) is { } receipt)
                return await ReceiptCheck.RunAsync(receipt, judge, parsed.GetValue(json), cancellation);
            if (PastAnswerCheck.Read(parsed.GetValue(artefact)!) is { } answer)
                return await PastAnswerCheck.RunAsync(answer, judge, parsed.GetValue(json), cancellation);
            var verdict = (await judge.VerifyAsync([Read(parsed.GetValue(artefact)!)], cancellation))[0];
            Print(verdict, parsed.GetValue(json));
            return verdict is { Value: VerdictValue.Unknown, Status.Value: null } && judge.Publication is null && verdict[CheckName.Issuer].Result == CheckResult.Pass && parsed.GetValue(allowNoStatus)
                ? AllowedWithoutStatus(parsed.GetValue(json))
                : ExitCodes.For(verdict.Value);
        });
        return command;
    }

    private static Artefact Read(string argument)
    {
        Artefact? artefact;
        Refusal refusal;
        if (File.Exists(argument))
        {
            if (new FileInfo(argument).Length > Artefact.MaxTextLength)
                throw new CommandException(Codes.TooLarge, $"{argument} is larger than any license or certificate.", ExitCodes.Usage);
            if (Artefact.TryRead((ReadOnlyMemory<byte>)File.ReadAllBytes(argument), out artefact, out refusal))
                return artefact;
        }
        else if (Artefact.TryRead(argument, out artefact, out refusal))
        {
            return artefact;
        }

        throw new CommandException(refusal.Code, $"This cannot be read as a license or certificate: {refusal.Detail}", ExitCodes.Usage);
    }

    private static DateTimeOffset Instant(string? text)
    {
        if (text is null)
            return TimeProvider.System.GetUtcNow();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new CommandException(Codes.DateFormat, "--at wants a time such as 2026-11-21T08:00:00Z.", ExitCodes.Usage);
    }

    private static int AllowedWithoutStatus(bool json)
    {
        (json ? Console.Error : Console.Out).WriteLine("status: not-checked");
        return ExitCodes.Done;
    }

    private static void Print(Verdict verdict, bool json)
    {
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(VerdictJson.Write(verdict));
            stdout.WriteByte((byte)'\n');
        }
        else
        {
            VerdictText.Write(Console.Out, verdict);
        }
    }
}
