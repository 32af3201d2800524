using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Trust;
using ELicense.Display.Sites;
using ELicense.Portal.Filings;
using ELicense.Verification.Publication;
using ELicense.Web.Delegates;
using ELicense.Web.Limits;

namespace ELicense.Portal;

/// <summary>What the portal needs to know. Everything here is owned by the host.</summary>
public sealed record PortalOptions
{
    /// <summary>The publications that certificates, licenses and answers are judged by.</summary>
    public required FollowedPublications Publications { get; init; }

    /// <summary>Whether the application runs the followers for as long as it lives.</summary>
    public bool RunFollowers { get; init; } = true;

    /// <summary>Filings and what became of them.</summary>
    public required PortalStore Store { get; init; }

    /// <summary>The authorities that filings go to.</summary>
    public IReadOnlyList<AuthorityCounter> Counters { get; init; } = [];

    /// <summary>Who signs what is filed in a form, one for a publication; empty: nobody.</summary>
    public IReadOnlyList<StatementSettings> Signers { get; init; } = [];

    /// <summary>Scheme, host and port that QR texts name, where licenses are verified.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>Sites of the enterprises' badges.</summary>
    public required SiteRegistry Sites { get; init; }

    /// <summary>Proxies that may forward a client certificate by RFC 9440.</summary>
    public IReadOnlyList<IPNetwork> ForwardedFrom { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Protection Protection { get; init; } = new();
}

/// <summary>The CAs whose certificates enterprises log in with: those of the trust cards in force. The same list while the cards are the same.</summary>
public sealed class EnterpriseCas(FollowedPublications publications)
{
    private sealed record Known(IReadOnlyList<object> Cards, IReadOnlyList<X509Certificate2> Certificates);

    private Known _known = new([], []);

    public IReadOnlyList<X509Certificate2> Certificates
    {
        get
        {
            var (known, views) = (Volatile.Read(ref _known), publications.Views.All);
            if (known.Cards.Count == views.Count && known.Cards.Zip(views).All(pair => ReferenceEquals(pair.First, pair.Second.Trust.Card)))
                return known.Certificates;
            known = new Known(
                [.. views.Select(view => view.Trust.Card)],
                [.. views.SelectMany(view => view.Trust.Cas).Where(ca => ca.Key.Role == KeyRole.EnterpriseCa).Select(ca => ca.Certificate)]);
            Volatile.Write(ref _known, known);
            return known.Certificates;
        }
    }
}
