using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance;

/// <summary>One matter on its way through <see cref="IssueLicense"/>: the stages it has reached, or why it goes no further.</summary>
internal sealed class IssueItem(long matterId)
{
    public long MatterId => matterId;

    public MatterState State { get; private set; } = MatterState.Approved;

    public Refusal? Refusal { get; private set; }

    /// <summary>False when it was refused, or waits for a later try.</summary>
    public bool GoesOn => Refusal is null;

    public ApprovedMatter? Approved { get; private set; }

    public FaceContent? Content { get; private set; }

    public int Office { get; private set; }

    /// <summary>Of the content's face, for a version that is not prepared yet; made before any lock is taken.</summary>
    public NewDocument? Document { get; private set; }

    public PreparedLicense? Prepared { get; private set; }

    public SignedLicense? Signed { get; private set; }

    /// <summary>True when <see cref="Signed"/> was read from the database.</summary>
    public bool IsRecorded { get; private set; }

    public LoggedLicense? Logged { get; private set; }

    public void Reread(ApprovedMatter approved, FaceContent content, int office) => (Approved, Content, Office, Document) = (approved, content, office, NewDocument.Of(content.Face));

    public void Prepare(PreparedLicense prepared) => Prepared = prepared;

    public void Sign(SignedLicense signed) => Signed = signed;

    public void Log(LoggedLicense logged) => (Logged, State) = (logged, MatterState.Done);

    /// <summary>Takes up what is stored: prepared, and perhaps signed.</summary>
    public void Resume(PreparedRow row, VerificationKey licenseKey)
    {
        Signed = null;
        if (!PreparedLicense.TryRehydrate(Approved!, Content!, row, licenseKey, out var prepared, out var refusal))
        {
            Wait(refusal);
            return;
        }

        Prepared = prepared;
        if (row.Token is null)
            return;
        if (SignedLicense.TryRehydrate(prepared, row.Token, licenseKey, out var signed, out refusal))
            (Signed, IsRecorded) = (signed, true);
        else
            Wait(refusal);
    }

    /// <summary>It stays approved; recovery tries again.</summary>
    public void Wait(Refusal why) => Refusal = why;

    public void Stop(Refusal why, MatterState state = MatterState.Approved) => (Refusal, State) = (why, state);
}
