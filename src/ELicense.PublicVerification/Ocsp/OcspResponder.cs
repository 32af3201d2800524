using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates.Ocsp;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Standings;
using Microsoft.Extensions.Logging;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>
/// Answers OCSP requests from the newest view of the publication. What it cannot know is never good: no publication, a stale one, no delegate in its period and no signature
/// to be had are tryLater. Answers without nonce are kept and given again until half of their life is over or a standing changes.
/// </summary>
internal sealed partial class OcspResponder : IDisposable
{
    /// <summary>Who sends more than RFC 5019 5 allows a GET (255 octets) twice over has it read again each time: keys are kept in memory.</summary>
    private const int LongestKeptTarget = 512;

    /// <summary>That of some 20 certificates.</summary>
    private const int LargestKept = 4096;

    private readonly PublicationFollower _follower;
    private readonly OcspSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<OcspResponder> _log;
    private readonly TokenBucketRateLimiter _signatures;
    private readonly KeptAnswers<Digest> _byCertificates;
    private readonly KeptAnswers<string> _byTarget;

    public OcspResponder(OcspSettings settings, TimeProvider clock, ILogger<OcspResponder> log)
    {
        (_follower, _settings, _clock, _log) = (settings.Follower, settings, clock, log);
        _byCertificates = new KeptAnswers<Digest>(settings.MostKept);
        _byTarget = new KeptAnswers<string>(settings.MostKept);
        _signatures = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.SignaturesPerSecond,
            TokensPerPeriod = Math.Max(1, settings.SignaturesPerSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
            QueueLimit = 0,
        });
    }

    /// <summary>The answer that was given to the very same GET before, when it is current still.</summary>
    public KeptAnswer? Find(string rawTarget) =>
        _byTarget.TryGet(rawTarget, out var kept) && _follower.View is { } view && kept.IsCurrent(view, _clock.GetUtcNow()) ? kept : null;

    /// <summary>As <see cref="AnswerAsync"/>, and the same GET finds it again.</summary>
    public async ValueTask<OcspReply> AnswerGetAsync(string rawTarget)
    {
        if (OcspTarget.Decode(rawTarget) is not { } request)
            return OcspReply.MalformedRequest;
        var reply = await AnswerAsync(request);
        if (reply.Kept is { } kept && rawTarget.Length <= LongestKeptTarget)
            _byTarget.Keep(rawTarget, kept, _ => false);
        return reply;
    }

    /// <param name="der">OCSPRequest, DER, from anybody.</param>
    public async ValueTask<OcspReply> AnswerAsync(ReadOnlyMemory<byte> der)
    {
        if (!OcspRequest.TryRead(der, out var request, out _))
            return OcspReply.MalformedRequest;
        if (_follower.View is not { } view)
            return OcspReply.TryLater;

        // Step 1: which CA is asked about? An answer has one signer, and so one CA (RFC 6960 4.2.2.2).
        if (_settings.Delegates.FindCa(view.Trust, request.Certificates) is not { } ca)
            return OcspReply.Unauthorized;

        var now = _clock.GetUtcNow();
        if (now >= StaleFrom(view))
            return OcspReply.TryLater;

        // Step 2: an answer that was given before, when the client wants no proof that it is new
        var key = KeyOf(request);
        if (request.Nonce is null && _byCertificates.TryGet(key, out var kept) && kept.IsCurrent(view, now))
            return OcspReply.Of(kept);

        // Step 3: what does the log say?
        if (!TryRead(request, ca.Kid, view, out var grounds))
            return OcspReply.Unauthorized;

        // Step 4: sign it, or give what is right still
        var thisUpdate = view.AsOf < now ? view.AsOf : now;
        if (await SignAsync(request, ca, grounds, now, thisUpdate, StaleFrom(view)) is not { } signed)
            return _byCertificates.TryGet(key, out kept) && kept.IsRight(view, now) ? new OcspReply(kept.Response, Kept: null) : OcspReply.TryLater;
        if (request.Nonce is not null || signed.Response.Length > LargestKept)
            return new OcspReply(signed.Response, Kept: null) { IsNew = true };
        var fresh = new KeptAnswer(signed.Response, ca.Kid, grounds, view, now, thisUpdate, signed.NextUpdate);
        return OcspReply.Of(_byCertificates.Keep(key, fresh, present => present.IsCurrent(view, now))) with { IsNew = true };
    }

    public void Dispose() => _signatures.Dispose();

    // CertIDs as they came: an answer repeats them.
    private static Digest KeyOf(OcspRequest request)
    {
        if (request.Certificates is [var one])
            return Digest.Of(one.Der.Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var certificate in request.Certificates)
            hash.AppendData(certificate.Der.Span);
        return new Digest(hash.GetHashAndReset());
    }

    private bool TryRead(OcspRequest request, KeyId ca, PublicationView view, [NotNullWhen(true)] out List<OcspGround>? grounds)
    {
        grounds = [];
        foreach (var certificate in request.Certificates)
        {
            var found = certificate.Serial is { } serial ? view.Certificates.Find(ca, serial) : null;
            // A serial number that is none cannot have been issued, and nothing is to be kept of it.
            if (certificate.Serial is not { } number || (found is null && !_settings.NeverIssuedIsRevoked))
            {
                grounds = null;
                return false;
            }

            grounds.Add(new OcspGround(number, found));
        }

        return true;
    }

    private async ValueTask<(byte[] Response, DateTimeOffset NextUpdate)?> SignAsync(
        OcspRequest request, OcspIssuer ca, List<OcspGround> grounds, DateTimeOffset now, DateTimeOffset thisUpdate, DateTimeOffset staleFrom)
    {
        if (_settings.Delegates.FindSigner(ca.Kid, now) is not { } signer)
            return null;
        var nextUpdate = Whole(Earliest(now + _settings.Validity, staleFrom, signer.To));
        if (nextUpdate <= now)
            return null;
        using var permit = _signatures.AttemptAcquire();
        if (!permit.IsAcquired)
            return null;

        var answers = request.Certificates.Select((certificate, i) => new OcspAnswer(certificate, StatusOf(grounds[i].Found))).ToList();
        try
        {
            return (await signer.SignAsync(answers, now, thisUpdate, nextUpdate, request.Nonce), nextUpdate);
        }
        catch (Exception failed) when (failed is SigningKeyException or CryptographicException)
        {
            NotSigned(_log, failed);
            return null;
        }
    }

    private static DateTimeOffset StaleFrom(PublicationView view) => view.AsOf + TimeSpan.FromSeconds(view.Trust.Card.MaxAge);

    private static OcspStatus StatusOf(PublishedCertificate? found) => found switch
    {
        null => new OcspStatus.NeverIssued(),
        { Standing: Standing.Valid } => new OcspStatus.Good(),
        _ => new OcspStatus.Revoked(found.Since, RevocationReasons.Of(found.Standing, found.Reason) ?? throw new InvalidOperationException($"No reason for {found.Standing}.")),
    };

    private static DateTimeOffset Earliest(params ReadOnlySpan<DateTimeOffset> instants)
    {
        var earliest = instants[0];
        foreach (var instant in instants[1..])
            earliest = instant < earliest ? instant : earliest;
        return earliest;
    }

    private static DateTimeOffset Whole(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    [LoggerMessage(Level = LogLevel.Error, Message = "An OCSP answer could not be signed.")]
    private static partial void NotSigned(ILogger log, Exception failed);
}
