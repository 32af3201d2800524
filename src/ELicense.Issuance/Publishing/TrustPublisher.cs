using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.Publishing;

/// <summary>Puts trust data into a publication folder: trust.jws, trust/&lt;version&gt;.jws, trust/offices.jws.</summary>
public sealed class TrustPublisher
{
    public TrustPublisher(string publicationFolder, TrustAnchor anchor) => throw new NotImplementedException();

    /// <summary>Publishes a card that the root signed elsewhere. The very card that is published already is accepted again. Codes: trust-rollback and those of <see cref="VerifiedTrust.TryOpen"/>.</summary>
    public bool TryPublish(ReadOnlyMemory<byte> jws, DateTimeOffset now, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Signs and publishes the directory of offices.</summary>
    public void PublishOffices(OfficeDirectory offices, SigningKey status) => throw new NotImplementedException();
}
