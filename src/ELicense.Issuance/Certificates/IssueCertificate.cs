using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Certificates;

/// <summary>
/// The cycle of a certificate: prepared (the exact bytes, stored) → signed by the CA and verified → logged. After each step the database holds all that the next one needs: a process killed
/// anywhere leaves none, a prepared one that recovery finishes, or a whole one (docs/certificates.md).
/// </summary>
internal sealed class IssueCertificate(Register register, AuthoritySettings settings, AuthorityKeys keys, TimeProvider clock)
{
    /// <summary>Step 1: right, request and numbers; the bytes are stored. The same key again for the same matter finds what was prepared.</summary>
    /// <returns>Null: it is prepared.</returns>
    public Refusal? Prepare(Officer officer, long matterId, CertificationRequest request, bool keyMadeAtCounter)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var now = clock.GetUtcNow();
        var store = new CertificateStore(transaction);
        var row = store.FindPrepared(matterId);
        if (row is not null && row.KeyHash == request.Key.Fingerprint)
            return null;
        LicenseNumber? license = null;
        var refusal = row is not null
            ? new Refusal(Codes.CertificateIssued, $"The certificate that matter {matterId} gives a right to was issued for another key.")
            : PrepareNew(transaction, head, store, matterId, request, keyMadeAtCounter, now, out license);
        var act = new AuditAct(ActName.IssueCertificate, officer, AuditAct.SubjectOf(matterId))
        {
            ContentHash = request.Key.Fingerprint,
            License = license?.ToString(),
            Refusal = refusal,
        };
        new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()).Append(act);
        head.Store();
        transaction.Commit();
        return refusal;
    }

    /// <summary>Steps 2 and 3: signed and verified, then signature, entry, standing and head in one transaction. The first signature that is recorded is the only one.</summary>
    /// <returns>Null: it is in the log. Else what it waits for.</returns>
    public Refusal? Finish(long matterId)
    {
        if (Reread(matterId, out var refusal) is not { } prepared)
            return refusal;
        if (!prepared.TrySign(out var der, out var failed))
            return failed;
        return Log(prepared, der);
    }

    private PreparedCertificate? Reread(long matterId, out Refusal? refusal)
    {
        using var transaction = register.Read();
        refusal = null;
        if (new CertificateStore(transaction).FindPrepared(matterId) is not { IsSigned: false } row)
            return null;
        if (PreparedCertificate.TryRehydrate(row, keys.EnterpriseCas, out var prepared, out var fault))
            return prepared;
        refusal = fault;
        return null;
    }

    private Refusal? Log(PreparedCertificate prepared, byte[] der)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var now = clock.GetUtcNow();
        if (ClockCanBeSigned.Check(now, head, settings) is { } wrong)
            return wrong;
        var changes = new CertificateChanges(transaction, head);
        if (changes.Store.FindPrepared(prepared.MatterId) is not { IsSigned: false })
            return null;
        var timeMs = head.NotBeforeLastSigned(now).ToUnixTimeMilliseconds();
        var issued = changes.Store.RecordIssued(prepared, der, head.TakePosition(), timeMs);
        // A license that has ended since takes its certificate with it: what may have been signed is in the log, and on the lists.
        var license = changes.Store.FindLicenseStanding(prepared.LicenseSerial);
        if (license is Standing.Revoked or Standing.Cancelled)
            changes.TryMove(issued, license == Standing.Revoked ? CertificateEvent.Revoke : CertificateEvent.Cancel, reason: 0, prepared.MatterId, timeMs);
        head.Signing(timeMs);
        head.Store();
        transaction.Commit();
        return null;
    }

    private Refusal? PrepareNew(
        RegisterTransaction transaction, RegisterHead head, CertificateStore store, long matterId, CertificationRequest request, bool keyMadeAtCounter, DateTimeOffset now, out LicenseNumber? license)
    {
        license = null;
        if (keys.EnterpriseCas.Count == 0)
            return new Refusal(Codes.KeyMissing, "No key of an enterprise CA is in service.");
        if (ClockCanBeSigned.Check(now, head, settings) is { } wrong)
            return wrong;
        if (!TryFindRight(transaction, store, matterId, out var right, out var refusal))
            return refusal;
        license = right.License;
        if (!request.IsNew(store.IsCertified, out refusal))
            return refusal;
        var index = NextIndex(head, store, keys.EnterpriseCas[0].Kid);
        if (index / StatusList.CertificateListLength > settings.CertificateLists.Last)
            return new Refusal(Codes.ListsFull, $"All certificate lists up to {settings.CertificateLists.Last} are used up.");
        if (!PreparedCertificate.TryPrepare(keys.EnterpriseCas[0], right, request, keyMadeAtCounter, index, head.NotBeforeLastSigned(now), out var prepared, out refusal))
            return refusal;
        store.RecordPrepared(prepared, now.ToUnixTimeMilliseconds());
        head.GivenCertificate(index);
        return null;
    }

    /// <summary>One issuance, amendment, renewal or replacement that is done gives the right to one certificate, while the license is valid. Codes: not-found, state-conflict, transition-refused.</summary>
    private bool TryFindRight(RegisterTransaction transaction, CertificateStore store, long matterId, [NotNullWhen(true)] out CertificateRight? right, out Refusal refusal)
    {
        right = null;
        using var find = IssuanceStore.FindMatter(transaction);
        if (find.Find(MatterRow.Read, matterId) is not { } row)
        {
            refusal = new Refusal(Codes.NotFound, $"There is no matter {matterId}.");
            return false;
        }

        var type = (MatterType)row.Type;
        if (row.StateName != MatterState.Done || !(type.MakesAVersion() || type == MatterType.Replacement))
        {
            refusal = new Refusal(Codes.StateConflict, $"Matter {matterId} ({type}) is {row.StateName}: a certificate goes with an issuance, amendment, renewal or replacement that is done.");
            return false;
        }

        var serial = type == MatterType.Replacement ? row.ToMatter().Content.License!.Value.Serial : store.FindLicenseMadeBy(matterId);
        var newest = LicenseVersions.Find(transaction, serial)[^1];
        if (newest.Standing != Standing.Valid)
        {
            refusal = new Refusal(Codes.TransitionRefused, $"The license of matter {matterId} is {newest.Standing}: it gets no certificate.");
            return false;
        }

        refusal = default;
        var name = LicenseVersions.FindFace(transaction, newest.StatusIndex).Name;
        right = new CertificateRight(matterId, new LicenseNumber(settings.AuthorityNumber, serial), newest.CreditCode, name);
        return true;
    }

    /// <summary>A list has one issuing key: another key begins with the next list.</summary>
    private long NextIndex(RegisterHead head, CertificateStore store, KeyId issuer)
    {
        var next = Math.Max((long)settings.CertificateLists.First * StatusList.CertificateListLength, head.NextCertificateIndex);
        var (last, whose) = store.FindLastBefore(next);
        return last / StatusList.CertificateListLength == next / StatusList.CertificateListLength && last >= 0 && whose != issuer
            ? ((next / StatusList.CertificateListLength) + 1) * StatusList.CertificateListLength
            : next;
    }
}
