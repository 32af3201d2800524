using System.CommandLine;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Commands;

/// <summary>Judges artefacts by the trust that the command line names, and by the newest publication when one is named.</summary>
internal sealed record ArtefactJudge(TrustAnchor Anchor, ReadOnlyMemory<byte>? Card, string? Publication, string? State, DateTimeOffset Now)
{
    public static ArtefactJudge Of(TrustOptions trust, ParseResult parsed, bool offline, string? state, DateTimeOffset now)
    {
        var publication = trust.Publication(parsed);
        if (offline && publication is not null && !Directory.Exists(publication))
            throw new CommandException(Codes.NetworkNeeded, "--offline wants a folder as --publication.", ExitCodes.Usage);
        var anchor = trust.Anchor(parsed, out var card);
        return publication is null && card is null
            ? throw new CommandException(Codes.PublicationMissing, "A fingerprint or certificate as --trust needs --publication.", ExitCodes.Usage)
            : new ArtefactJudge(anchor, card, publication, state, now);
    }

    /// <returns>A verdict for each, in their order.</returns>
    public async Task<IReadOnlyList<Verdict>> VerifyAsync(IReadOnlyList<Artefact> artefacts, CancellationToken cancellation)
    {
        if (Publication is null)
            return VerifyAlone(artefacts);

        using var follower = new PublicationFollower(TrustOptions.Source(Publication), new FollowerSettings(Anchor, StateFolder: null, State), TimeProvider.System);
        var round = await follower.PollAsync(cancellation);
        var refusal = round.Refusal ?? OlderThanGiven(follower.View!);
        if (refusal is { } why)
        {
            await Console.Error.WriteLineAsync($"elicense: the publication is refused: {why.Detail} [{why.Code}]");
            return Card is null
                ? throw new CommandException(why.Code, "without a publication that verifies, nothing can be said of this license.", ExitCodes.StatusNotEstablished)
                : VerifyAlone(artefacts);
        }

        return [.. artefacts.Select(artefact => follower.View!.Verify(artefact, Now))];
    }

    /// <summary>A card that the user holds is the newest he knows: a publication with an older one is a rollback.</summary>
    private Refusal? OlderThanGiven(PublicationView view) =>
        Card is { } card && VerifiedTrust.TryOpen(card, TrustAnchor.AsGiven, Now, out var given, out _)
            && view.Trust.Card.Version < given.Card.Version
            ? new Refusal(Codes.TrustRollback, $"its card has version {view.Trust.Card.Version}, the given one {given.Card.Version}")
            : null;

    private IReadOnlyList<Verdict> VerifyAlone(IReadOnlyList<Artefact> artefacts) =>
        VerifiedTrust.TryOpen(Card!.Value, TrustAnchor.AsGiven, Now, out var trust, out var refusal)
            ? [.. artefacts.Select(artefact => VerifyAlone(artefact, trust))]
            : throw new CommandException(refusal.Code, $"--trust: {refusal.Detail}", ExitCodes.Usage);

    private Verdict VerifyAlone(Artefact artefact, VerifiedTrust trust) => artefact switch
    {
        TokenArtefact token => LicenseVerifier.Verify(token.Token, document: null, token.QrHost, trust, _ => null, Now),
        FileArtefact file => LicenseVerifier.Verify(file.Token, file.Document, qrHost: null, trust, _ => null, Now),
        // Whether the holder's certificate stands is in the publication: alone, a presentation is worth its license token.
        PresentationArtefact shown => LicenseVerifier.Verify(shown.Presentation.LicenseToken, document: null, shown.QrHost, trust, _ => null, Now),
        CertificateArtefact certificate => CertificateVerifier.Verify(certificate.Certificate, trust, (_, _) => null, Now),
        _ => throw new CommandException(Codes.PublicationMissing, "A credit code can only be looked up in a publication: give --publication.", ExitCodes.Usage),
    };
}
