using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using System.Globalization;
using System.Text;

namespace ELicense.Issuance.Publishing;

/// <summary>Puts trust data into a publication folder: trust.jws, trust/&lt;version&gt;.jws, trust/offices.jws, ca/&lt;kid&gt;.cer, the root's CRL.</summary>
public sealed class TrustPublisher
{
    private const string CardPath = "trust.jws";

    private readonly PublicationFolder _folder;
    private readonly TrustAnchor _anchor;

    /// <param name="anchor">The root that may sign cards for this folder.</param>
    public TrustPublisher(string publicationFolder, TrustAnchor anchor)
    {
        _folder = new PublicationFolder(publicationFolder);
        _anchor = anchor;
    }

    /// <summary>
    /// Publishes a card that the root signed elsewhere. The very card that is published already is accepted again.
    /// Codes: trust-rollback and those of <see cref="VerifiedTrust.TryOpen"/>.
    /// </summary>
    public bool TryPublish(ReadOnlyMemory<byte> jws, DateTimeOffset now, out Refusal refusal)
    {
        if (!VerifiedTrust.TryOpen(jws, _anchor, now, out var trust, out refusal))
            return false;
        // Where certificates say that their issuer's is (AIA). Before the card: who reads it finds them.
        foreach (var key in trust.Card.Keys)
        {
            if (key.Certificate is { } certificate)
                _folder.Write($"ca/{key.Kid}.cer", certificate.Span);
        }

        var former = _folder.Read(CardPath);
        if (former is not null && jws.Span.SequenceEqual(former))
            return true;
        if (former is not null && Fault(trust, former) is { } fault)
        {
            refusal = fault;
            return false;
        }

        // Its own name first: who reads the newest card finds it in the history too.
        _folder.Write($"trust/{trust.Card.Version.ToString(CultureInfo.InvariantCulture)}.jws", jws.Span);
        _folder.Flush();
        _folder.Write(CardPath, jws.Span);
        _folder.Flush();
        return true;
    }

    /// <summary>
    /// Publishes the CRL that a root made where it is kept, for the CAs below it; the very list that is published is accepted again. Codes: key-unknown, revocation-number.
    /// </summary>
    /// <param name="card">Names the root.</param>
    public bool TryPublishRootList(ReadOnlyMemory<byte> der, TrustCard card, out Refusal refusal)
    {
        refusal = new Refusal(Codes.KeyUnknown, "The CRL is not signed by a root of the trust card.");
        foreach (var root in card.Keys.Where(key => key.Role == KeyRole.Root))
        {
            if (!SignedRevocationList.TryOpen(der, root.SubjectPublicKeyInfo, out var list, out _))
                continue;
            var path = $"crl/{root.Kid}/complete.crl";
            var former = _folder.Read(path);
            if (former is not null && SignedRevocationList.TryOpen(former, root.SubjectPublicKeyInfo, out var published, out _) && list.Number <= published.Number && !der.Span.SequenceEqual(former))
            {
                refusal = new Refusal(Codes.RevocationNumber, $"The root's CRL {published.Number} is published; {list.Number} is not higher.");
                return false;
            }

            _folder.Write(path, der.Span);
            _folder.Flush();
            refusal = default;
            return true;
        }

        return false;
    }

    /// <summary>Signs and publishes the directory of offices.</summary>
    public void PublishOffices(OfficeDirectory offices, SigningKey status)
    {
        _folder.Write("trust/offices.jws", Encoding.ASCII.GetBytes(Jws.Sign(status, OfficeDirectory.Type, offices.EncodeJson())));
        _folder.Flush();
    }

    /// <summary>Why a card does not follow the published one, which may have expired: its number and its root still count.</summary>
    private static Refusal? Fault(VerifiedTrust next, byte[] published)
    {
        if (!VerifiedTrust.TryOpenAtAnyTime(published, out var former, out var refusal))
            throw new PublicationRefusedException(refusal with { Detail = $"The published {CardPath} cannot be read: {refusal.Detail}" });
        if (next.Card.Version <= former.Card.Version)
            return new Refusal(Codes.TrustRollback, $"Card {former.Card.Version} is published; {next.Card.Version} is not higher.");
        return next.Roots.Contains(former.Roots[0])
            ? null
            : new Refusal(Codes.TrustRoot, $"Root {former.Roots[0]} signed the published card and not this one: whoever changes the root publishes the card with both signatures first.");
    }
}
