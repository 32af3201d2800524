using System.Collections.Concurrent;
using System.Security.Cryptography;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Verdicts;
using ELicense.Web.Delegates;
using Microsoft.Extensions.Logging;

namespace ELicense.Display;

/// <summary>Statement and standing of one badge, each a JWS.</summary>
internal sealed record SignedBadge(string Statement, string Standing);

/// <summary>
/// Signs statements and standings of badges and keeps them: a statement until half of its life is over or it says what is no longer so, a standing for half a minute or until another one is known.
/// One signature at a time: a token that is slow has one thread of ours.
/// </summary>
internal sealed partial class BadgeSigning(DisplayOptions options, ILogger<BadgeSigning> log) : IDisposable
{
    private const int MostKept = 10_000;

    private static readonly TimeSpan LongestStatement = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestStanding = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Kept> _kept = new();
    private readonly SemaphoreSlim _oneSignature = new(1, 1);

    /// <param name="Site">With name and identifier: what the statement says that may change.</param>
    private sealed record Kept(
        StatementSigner Signer, string Site, string Name, string? Identifier, Signed Statement, VerdictValue Standing, StatusFacts? Status, Signed StandingStatement);

    private sealed record Signed(string Jws, DateTimeOffset From, DateTimeOffset To)
    {
        public bool IsFresh(DateTimeOffset now) => now >= From && now < From + ((To - From) / 2);
    }

    /// <summary>Null when the badge is not in use, or nobody can sign for its authority now.</summary>
    public async Task<SignedBadge?> SignAsync(JudgedBadge judged, CancellationToken cancellation)
    {
        var ((badge, view, verdict, now), name) = (judged, judged.Name);
        if (!badge.IsInUse || StatementSettings.FindSigner(options.Signers, view, now) is not { } signer)
            return null;
        if (Find() is { } found)
            return found;
        await _oneSignature.WaitAsync(cancellation);
        try
        {
            if (Find() is { } made)
                return made;
            var statement = FreshStatement()
                ?? Sign(LongestStatement, BadgeStatement.Type, to => BadgeStatement.Write(badge, name, verdict, view.Trust.Card.AuthorityNumber, now, to));
            var standing = Sign(LongestStanding, BadgeStatement.StandingType, to => BadgeStatement.WriteStanding(badge, verdict, now, to));
            if (_kept.Count >= MostKept)
                _kept.Clear();
            _kept[badge.Id] = new Kept(signer, badge.Address.AbsoluteUri, name, verdict.Identifier?.ToString(), statement, verdict.Value, verdict.Status, standing);
            return new SignedBadge(statement.Jws, standing.Jws);
        }
        catch (Exception failed) when (failed is SigningKeyException or CryptographicException)
        {
            NotSigned(log, failed);
            return null;
        }
        finally
        {
            _oneSignature.Release();
        }

        Signed? FreshStatement() =>
            _kept.GetValueOrDefault(badge.Id) is { } kept && ReferenceEquals(kept.Signer, signer) && kept.Site == badge.Address.AbsoluteUri && kept.Name == name && kept.Identifier == verdict.Identifier?.ToString() && kept.Statement.IsFresh(now)
                ? kept.Statement
                : null;

        SignedBadge? Find() =>
            FreshStatement() is { } statement && _kept.GetValueOrDefault(badge.Id) is { } kept
            && kept.StandingStatement.IsFresh(now) && kept.Standing == verdict.Value && kept.Status == verdict.Status
                ? new SignedBadge(statement.Jws, kept.StandingStatement.Jws)
                : null;

        // Never good for longer than the delegate's certificate.
        Signed Sign(TimeSpan life, string type, Func<DateTimeOffset, byte[]> payload)
        {
            var to = now + life < signer.Until ? now + life : signer.Until;
            return new Signed(Jws.Sign(signer.Key, type, payload(to)), now, to);
        }
    }

    public void Dispose() => _oneSignature.Dispose();

    [LoggerMessage(Level = LogLevel.Error, Message = "A badge could not be signed.")]
    private static partial void NotSigned(ILogger log, Exception failed);
}
