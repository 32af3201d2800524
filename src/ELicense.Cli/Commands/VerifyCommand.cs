using System.CommandLine;
using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense verify</c>: one artefact, judged here; no service is asked.</summary>
internal static class VerifyCommand
{
    private sealed record Request(
        Artefact Artefact, TrustAnchor Anchor, ReadOnlyMemory<byte>? Card, string? Publication, string? State, DateTimeOffset Now);

    public static Command Create()
    {
        var artefact = new Argument<string>("ARTEFACT") { Description = "a file (.elic, token, certificate), QR text, token text, or a credit code" };
        var offline = new Option<bool>("--offline") { Description = "no network: the publication must be a folder" };
        var allowNoStatus = new Option<bool>("--allow-no-status") { Description = "exit 0 when only the standing could not be checked" };
        var at = new Option<string?>("--at") { Description = "judge as of this time (RFC 3339)" };
        var json = new Option<bool>("--json") { Description = "print the verdict as JSON" };
        var trust = new TrustOptions();
        var command = new Command("verify", "验照: verify a license or a certificate") { artefact, offline, allowNoStatus, at, json };
        trust.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var publication = trust.Publication(parsed);
            if (parsed.GetValue(offline) && publication is not null && !Directory.Exists(publication))
                throw new CommandException(Codes.NetworkNeeded, "--offline wants a folder as --publication.", ExitCodes.Usage);
            var anchor = trust.Anchor(parsed, out var card);
            if (publication is null && card is null)
                throw new CommandException(Codes.PublicationMissing, "A fingerprint or certificate as --trust needs --publication.", ExitCodes.Usage);

            var request = new Request(Read(parsed.GetValue(artefact)!), anchor, card, publication, trust.State(parsed), Instant(parsed.GetValue(at)));
            var verdict = await VerifyAsync(request, cancellation);
            Print(verdict, parsed.GetValue(json));
            return verdict is { Value: VerdictValue.Unknown, Status.Value: null } && publication is null && parsed.GetValue(allowNoStatus)
                ? AllowedWithoutStatus(parsed.GetValue(json))
                : ExitCodes.For(verdict.Value);
        });
        return command;
    }

    private static async Task<Verdict> VerifyAsync(Request request, CancellationToken cancellation)
    {
        if (request.Publication is null)
            return VerifyAlone(request);

        using var follower = new PublicationFollower(
            TrustOptions.Source(request.Publication), new FollowerSettings(request.Anchor, StateFolder: null, request.State), TimeProvider.System);
        var round = await follower.PollAsync(cancellation);
        var refusal = round.Refusal ?? OlderThanGiven(request, follower.View!);
        if (refusal is { } why)
        {
            await Console.Error.WriteLineAsync($"elicense: the publication is refused: {why.Detail} [{why.Code}]");
            return request.Card is null
                ? throw new CommandException(why.Code, "without a publication that verifies, nothing can be said of this license.", ExitCodes.StatusNotEstablished)
                : VerifyAlone(request);
        }

        return follower.View!.Verify(request.Artefact, request.Now);
    }

    /// <summary>A card that the user holds is the newest he knows: a publication with an older one is a rollback.</summary>
    private static Refusal? OlderThanGiven(Request request, PublicationView view) =>
        request.Card is { } card && VerifiedTrust.TryOpen(card, TrustAnchor.AsGiven, request.Now, out var given, out _)
            && view.Trust.Card.Version < given.Card.Version
            ? new Refusal(Codes.TrustRollback, $"its card has version {view.Trust.Card.Version}, the given one {given.Card.Version}")
            : null;

    private static Verdict VerifyAlone(Request request)
    {
        if (!VerifiedTrust.TryOpen(request.Card!.Value, TrustAnchor.AsGiven, request.Now, out var trust, out var refusal))
            throw new CommandException(refusal.Code, $"--trust: {refusal.Detail}", ExitCodes.Usage);
        return request.Artefact switch
        {
            TokenArtefact token => LicenseVerifier.Verify(token.Token, document: null, token.QrHost, trust, _ => null, request.Now),
            FileArtefact file => LicenseVerifier.Verify(file.Token, file.Document, qrHost: null, trust, _ => null, request.Now),
            CertificateArtefact certificate => CertificateVerifier.Verify(certificate.Certificate, trust, (_, _) => null, request.Now),
            _ => throw new CommandException(Codes.PublicationMissing, "A credit code can only be looked up in a publication: give --publication.", ExitCodes.Usage),
        };
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
