using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Filings;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Delegates;

namespace ELicense.Portal.Filings;

/// <summary>The way to one authority and back.</summary>
/// <param name="Publication">Where its answers come from.</param>
/// <param name="Inbox">Folder of filings to it.</param>
public sealed record AuthorityCounter(PublicationFollower Follower, PublicationSource Publication, string Inbox);

/// <summary>
/// Takes filings: those that an enterprise signed with its token, and those that it makes in a form, which the portal signs with its own key and so vouches for the TLS login. Kept first, then laid
/// into the inbox; their answers come back in the publication.
/// </summary>
public sealed class FilingCounter(PortalOptions options, PortalStore store)
{
    /// <summary>Matters that may be filed from outside.</summary>
    public const string Amendment = "amendment";
    public const string AnnualReport = "annual-report";
    public const string LossReport = "loss-report";

    /// <summary>The authority takes none that was signed earlier, or later than a clock may be ahead.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(30);
    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);

    private static readonly string[] Matters = [Amendment, AnnualReport, LossReport];

    /// <summary>Files in the enterprise's name. Codes: filing-closed, filing-limit.</summary>
    /// <param name="content">JSON as the officers' door takes it.</param>
    public Refusal? File(Visitor visitor, string matter, byte[] content)
    {
        var now = options.Clock.GetUtcNow();
        if (Find(visitor.View) is null || StatementSettings.FindSigner(options.Signers, visitor.View, now) is not { } signer)
            return new Refusal(Codes.FilingClosed, "The portal has no certified key for filings now, or no way to the authority.");
        var filing = new Filing(visitor.View.Trust.Card.AuthorityNumber, matter, now.ToUnixTimeSeconds(), RandomNumberGenerator.GetBytes(Filing.NonceSize), content) { Holder = visitor.Certificate };
        var message = CoseSigning.Sign(signer.Key, signer.Certificate.Span, Filing.PortalType, filing.EncodeClaims());
        return Add(visitor, filing, visitor.Certificate, isSigned: false, message, now);
    }

    /// <summary>
    /// Takes a filing that the enterprise signed itself, by any good certificate of its own. Codes: those of decoding, filing-signature, filing-certificate, filing-holder, filing-authority, filing-type,
    /// filing-expired, filing-closed, filing-limit, filing-repeated.
    /// </summary>
    public Refusal? Take(Visitor visitor, byte[] message)
    {
        var now = options.Clock.GetUtcNow();
        if (!CertifiedCoseSign1.TryDecode(message, Filing.MaxBytes, out var signed, out var refusal) || !Filing.TryDecodeClaims(signed.Payload, out var filing, out refusal))
            return refusal;
        if (signed.Type != Filing.Type || filing.Holder is not null)
            return new Refusal(Codes.FilingType, "The file is no filing that an enterprise signed.");
        if (!signed.IsSignedByItsCertificate())
            return new Refusal(Codes.FilingSignature, "The filing is not signed by the key of the certificate in it.");
        var certificate = visitor.View.Verify(new CertificateArtefact(signed.Certificate), now);
        if (certificate.Value != VerdictValue.Valid)
            return new Refusal(Codes.FilingCertificate, $"The certificate that signed it is {certificate.Value.ApiName()}.");
        if (certificate.Certificate!.CreditCode != visitor.CreditCode)
            return new Refusal(Codes.FilingHolder, "Another enterprise signed it.");
        if (filing.Authority != visitor.View.Trust.Card.AuthorityNumber)
            return new Refusal(Codes.FilingAuthority, $"It is for authority {filing.Authority}.");
        if (!Matters.Contains(filing.Matter))
            return new Refusal(Codes.FilingType, $"{filing.Matter} is not filed from outside.");
        var made = DateTimeOffset.FromUnixTimeSeconds(filing.IssuedAt);
        if (made < now - Oldest || made > now + ClocksMayDiffer)
            return new Refusal(Codes.FilingExpired, $"It was signed at {made:u}.");
        return Find(visitor.View) is null
            ? new Refusal(Codes.FilingClosed, "The portal has no way to the authority.")
            : Add(visitor, filing, signed.Certificate, isSigned: true, message, now);
    }

    /// <summary>What the enterprise filed here, with the newest answers. What cannot be read now is as it was read last.</summary>
    public async Task<IReadOnlyList<MadeFiling>> ListAsync(Visitor visitor, CancellationToken cancellation)
    {
        Deliver();
        var filings = store.Of(visitor.CreditCode);
        if (Find(visitor.View) is not { } counter)
            return filings;
        var open = filings.Where(filing => filing.Answer is not { IsFinal: true } && filing.Authority == visitor.View.Trust.Card.AuthorityNumber).ToList();
        await Task.WhenAll(open.Select(filing => ReadAnswerAsync(filing, counter, visitor.View, cancellation)));
        return open.Count == 0 ? filings : store.Of(visitor.CreditCode);
    }

    /// <summary>At start: removes what writes that were cut off left in the inboxes, and delivers what a killed process kept.</summary>
    public void Begin()
    {
        foreach (var counter in options.Counters)
            InboxLeftovers.Remove(counter.Inbox, options.Clock.GetUtcNow());
        Deliver();
    }

    /// <summary>Lays into the inboxes what does not lie there yet; a disk that takes nothing now is tried again next time.</summary>
    public void Deliver()
    {
        foreach (var counter in options.Counters)
        {
            if (counter.Follower.View is not { } view)
                continue;
            foreach (var message in store.Waiting(view.Trust.Card.AuthorityNumber))
            {
                var digest = Digest.Of(message);
                try
                {
                    Directory.CreateDirectory(counter.Inbox);
                    WholeFile.Write(Path.Combine(counter.Inbox, digest.ToString()), message);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    break;
                }

                store.MarkDelivered(digest);
            }
        }
    }

    private Refusal? Add(Visitor visitor, Filing filing, ReadOnlyMemory<byte> certificate, bool isSigned, byte[] message, DateTimeOffset now)
    {
        if (store.Add(visitor.CreditCode, filing, Digest.Of(certificate.Span), isSigned, message, now) is { } refusal)
            return refusal;
        Deliver();
        return null;
    }

    private AuthorityCounter? Find(PublicationView view) =>
        options.Counters.FirstOrDefault(counter => counter.Follower.View?.Trust.Card.AuthorityNumber == view.Trust.Card.AuthorityNumber);

    private async Task ReadAnswerAsync(MadeFiling filing, AuthorityCounter counter, PublicationView view, CancellationToken cancellation)
    {
        byte[]? jws;
        try
        {
            jws = await counter.Publication.ReadAsync(FilingAnswer.PathOf(filing.Digest), FilingAnswer.MaxJwsBytes, cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return;
        }

        // Who serves the publication cannot take an answer back: an older one than was seen is passed over.
        if (jws is not null && SignedAnswer.TryOpen(jws, filing.Digest, view.Trust, out var answer, out _) && (filing.Answer is null || answer.At >= filing.Answer.At))
            store.Keep(filing.Digest, jws);
    }
}
