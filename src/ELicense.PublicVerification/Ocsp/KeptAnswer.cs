using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Standings;
using Microsoft.Extensions.Primitives;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>What one certificate of an answer was answered from.</summary>
/// <param name="Found">Null: the log names no such certificate.</param>
internal readonly record struct OcspGround(SerialNumber Serial, PublishedCertificate? Found);

/// <summary>A signed answer without nonce, with the headers that go with it, good until it is due or one of its certificates changes standing.</summary>
internal sealed class KeptAnswer
{
    private readonly KeyId _issuer;
    private readonly IReadOnlyList<OcspGround> _grounds;
    private readonly long _trustVersion;
    private readonly DateTimeOffset _renewAt;
    private readonly DateTimeOffset _nextUpdate;
    private PublicationView _seenIn;

    public KeptAnswer(
        byte[] response, KeyId issuer, IReadOnlyList<OcspGround> grounds, PublicationView view, DateTimeOffset now, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate)
    {
        (Response, _issuer, _grounds, _seenIn, _nextUpdate) = (response, issuer, grounds, view, nextUpdate);
        _trustVersion = view.Trust.Card.Version;
        _renewAt = now + ((nextUpdate - now) / 2);

        // RFC 5019 6.2. Served before it is due, it is good for half of its life at least: max-age, which counts from when it is served, never leads beyond nextUpdate.
        ETag = $"\"{Digest.Of(response)}\"";
        LastModified = thisUpdate.ToString("R");
        Expires = nextUpdate.ToString("R");
        CacheControl = $"max-age={(long)(nextUpdate - _renewAt).TotalSeconds}, public, no-transform, must-revalidate";
    }

    public byte[] Response { get; }

    public StringValues ETag { get; }

    public StringValues LastModified { get; }

    public StringValues Expires { get; }

    public StringValues CacheControl { get; }

    /// <summary>Whether it is what would be signed now: not due, and nothing has changed in this view.</summary>
    public bool IsCurrent(PublicationView view, DateTimeOffset now) => now < _renewAt && Holds(view);

    /// <summary>Whether it is right still, though due: for when nothing new can be signed. A due answer must not be told to last: its max-age would.</summary>
    public bool IsRight(PublicationView view, DateTimeOffset now) => now < _nextUpdate && Holds(view);

    private bool Holds(PublicationView view)
    {
        // The view that it was compared with last; another thread may be a view behind and compare again.
        if (ReferenceEquals(Volatile.Read(ref _seenIn), view))
            return true;
        if (view.Trust.Card.Version != _trustVersion || !_grounds.All(ground => IsSame(ground.Found, view.Certificates.Find(_issuer, ground.Serial))))
            return false;
        Volatile.Write(ref _seenIn, view);
        return true;
    }

    private static bool IsSame(PublishedCertificate? before, PublishedCertificate? now) =>
        (before is null && now is null) || (before is not null && now is not null && Said(before) == Said(now));

    private static (Standing Standing, DateTimeOffset Since, int Reason) Said(PublishedCertificate certificate) =>
        (certificate.Standing, certificate.Since, certificate.Reason);
}
