using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Verification.Receipts;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary>An unsigned answer about the past (<c>?at=</c>), judged by its proofs and the trust of the command line.</summary>
internal static class PastAnswerCheck
{
    /// <summary>Null when the argument, a file or the text itself, is none.</summary>
    public static byte[]? Read(string argument)
    {
        var content = ReceiptCheck.Content(argument);
        return PastAnswer.IsMeant(content) ? content : null;
    }

    /// <returns>The exit code: that of the verdict in it, or that of an artefact that is not genuine.</returns>
    public static async Task<int> RunAsync(byte[] answer, ArtefactJudge judge, bool json, CancellationToken cancellation)
    {
        var trust = await ReceiptCheck.TrustAsync(judge, cancellation);
        var isProven = PastAnswer.TryVerify(answer, trust, judge.Now, out var read, out var refusal);
        if (json)
            JsonOutput.Print(read is null ? PastAnswerReport.Of(refusal) : PastAnswerReport.Of(read), PastAnswerJson.Default.PastAnswerReport);
        else
            await Console.Out.WriteLineAsync(read is null ? $"答复未获证明 the answer is not proven: {refusal.Detail} [{refusal.Code}]" : Text(read, trust));
        return ExitCodes.For(isProven ? read!.Logged.Verdict : VerdictValue.Invalid);
    }

    private static string Text(PastAnswer answer, VerifiedTrust trust) => $"""
        日志可证 proven by the log of {trust.Card.AuthorityName.Chinese} {trust.Card.AuthorityName.English} until {answer.CheckpointTime:u}
        {answer.Logged.CreditCode}: {answer.Logged.Verdict.ApiName()} at {answer.Logged.At:u}, standing {answer.Logged.Standing.ApiName()}
        log entries {string.Join(", ", answer.Logged.Log.Entries.Select(entry => entry.Position))} are in the signed log
        未签名 unsigned: face and period of the license, and that no later change was left out, are the word of who answered
        """;
}

/// <summary>What --json prints.</summary>
/// <param name="Answer">"proven" or "refused".</param>
internal sealed record PastAnswerReport(string Answer, string Code, string? Uscc, DateTimeOffset? At, string? Verdict, string? Standing, DateTimeOffset? CheckpointTime)
{
    public static PastAnswerReport Of(PastAnswer proven) => new(
        "proven", Codes.Ok, proven.Logged.CreditCode.Value, proven.Logged.At, proven.Logged.Verdict.ApiName(), proven.Logged.Standing.ApiName(), proven.CheckpointTime);

    public static PastAnswerReport Of(Refusal refusal) => new("refused", refusal.Code, null, null, null, null, null);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PastAnswerReport))]
internal sealed partial class PastAnswerJson : JsonSerializerContext;
