using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Publication;

/// <summary>
/// One view of each publication that is followed, and which of them speaks for what. Where the one that would have to be asked is not there yet, nothing is said: false, never
/// another's answer.
/// </summary>
public sealed class PublicationViews
{
    private readonly (int? Authority, PublicationView? View)[] _publications;

    internal PublicationViews((int? Authority, PublicationView? View)[] publications)
    {
        _publications = publications;
        All = [.. publications.Select(publication => publication.View).OfType<PublicationView>()];
    }

    /// <summary>Those that are there, in the order of the configuration.</summary>
    public IReadOnlyList<PublicationView> All { get; }

    private bool AreComplete => All.Count == _publications.Length;

    /// <summary>The view that judges the artefact: that of the authority which it names. One that names none of them is judged by the first, which does not know it.</summary>
    public bool TryFind(Artefact artefact, [NotNullWhen(true)] out PublicationView? view)
    {
        view = _publications.Length == 1 ? _publications[0].View : artefact switch
        {
            TokenArtefact token => OfAuthority(token.Token),
            FileArtefact file => OfAuthority(file.Token),
            PresentationArtefact shown => OfAuthority(shown.Presentation.LicenseToken),
            CertificateArtefact certificate => OfIssuer(certificate),
            CodeArtefact code => OfCode(code.CreditCode),
            _ => throw new ArgumentException($"No authority of a {artefact.GetType().Name}.", nameof(artefact)),
        };
        return view is not null;
    }

    /// <summary>
    /// The view that knows the enterprise. All are asked: a code names the region of the first registration, and enterprises move. Of several that know it, one where its license
    /// has not ended goes before one where it has, then one for whose region the code was given.
    /// </summary>
    public bool TryFind(CreditCode code, [NotNullWhen(true)] out PublicationView? view)
    {
        view = _publications.Length == 1 ? _publications[0].View : OfCode(code);
        return view is not null;
    }

    internal bool AreThoseOf(IReadOnlyList<PublicationFollower> followers)
    {
        for (var i = 0; i < _publications.Length; i++)
        {
            if (!ReferenceEquals(_publications[i].View, followers[i].View))
                return false;
        }

        return true;
    }

    private PublicationView? OfAuthority(ReadOnlyMemory<byte> token)
    {
        if (CoseSign1.TryDecode(token, LicenseToken.MaxBytes, out var message, out _) && LicenseToken.TryDecodeClaims(message.Payload, out var claims, out _))
        {
            foreach (var (authority, view) in _publications)
            {
                if (authority == claims.Number.Authority)
                    return view;
            }
        }

        return All.Count > 0 ? All[0] : null;
    }

    private PublicationView? OfIssuer(CertificateArtefact artefact)
    {
        if (!DecodedCertificate.TryReadCertificate(artefact.Certificate, out var certificate, out _))
            return All.Count > 0 ? All[0] : null;
        var named = All.Where(view => view.Trust.Cas.Any(ca => ca.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.Issuer.Der.Span))).ToList();
        // Two authorities may have named their CAs alike: the key tells.
        var issuer = named.Find(view => view.Trust.HasSigned(artefact.Certificate)) ?? named.FirstOrDefault();
        return issuer ?? (AreComplete ? All[0] : null);
    }

    private PublicationView? OfCode(CreditCode code)
    {
        const int LivesAtHome = 3;
        var (best, rank) = (default(PublicationView), -1);
        foreach (var view in All)
        {
            if (view.FindNewest(code) is not { } version)
                continue;
            var found = (version.Standing is Standing.Cancelled or Standing.Revoked ? 0 : 2) + (view.IsHomeOf(code) ? 1 : 0);
            if (found > rank)
                (best, rank) = (view, found);
        }

        // One that is missing might know better.
        return rank == LivesAtHome || AreComplete ? best ?? All[0] : null;
    }
}
