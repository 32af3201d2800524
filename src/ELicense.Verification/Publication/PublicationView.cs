using ELicense.Core.Enterprises;
using ELicense.Core.Log;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Publication;

/// <summary>One publication at one log size: answers verifications and look-ups. Good for many threads.</summary>
public sealed class PublicationView
{
    public VerifiedTrust Trust => throw new NotImplementedException();

    public Checkpoint Checkpoint => throw new NotImplementedException();

    /// <summary>Time of the checkpoint's cosignature.</summary>
    public DateTimeOffset AsOf => throw new NotImplementedException();

    public LookupIndex Lookup => throw new NotImplementedException();

    public Verdict Verify(Artefact artefact, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The newest version's verdict and face; null when the publication knows no license of the code.</summary>
    public Verdict? VerifyNewest(CreditCode code, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>Token bytes of the newest version, for QR codes; null as above.</summary>
    public ReadOnlyMemory<byte>? NewestToken(CreditCode code) => throw new NotImplementedException();
}
