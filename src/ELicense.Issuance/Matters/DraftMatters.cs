using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>What an applicant does with the own matter while nobody else decides on it: begin, edit, submit.</summary>
internal sealed class DraftMatters(Register register, ApplicationRules rules, AuthoritySettings settings, TimeProvider clock)
{
    private readonly OfficersAct _act = new(register, clock);

    /// <summary>A draft may still break rules; it is judged when it is submitted.</summary>
    public ApplyResult Draft(Officer applicant, MatterContent content)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var trail = new AuditTrail(transaction, head, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var bytes = content.Encode(applicant.Office);
        var matter = new Matter(
            head.TakeMatter(), content.Type, MatterState.Draft, Digest.Of(bytes), content, applicant.Office, applicant.Person,
            ApplyForMatters.Milliseconds(clock.GetUtcNow()), null, null, null);
        store.Insert(matter, bytes);
        trail.Append(AuditAct.Officers(ActName.Draft, applicant, new Approval(matter.Id, matter.ContentHash), refusal: null));
        head.Store();
        transaction.Commit();
        return new ApplyResult(matter, null);
    }

    /// <summary>Another content has another hash: what anybody approves of the former one is content-changed.</summary>
    public ApplyResult Edit(Officer applicant, Approval seen, MatterContent content) => _act.Run(
        ActName.Edit, applicant, seen,
        (row, work) => Check(row, applicant, seen, MatterEvent.Edit, work)
            ?? ((long)content.Type == row.Type ? null : new Refusal(Codes.TypeDiffers, $"Matter {row.Id} is of type {(MatterType)row.Type}, not {content.Type}.")),
        (row, work) => work.Store.Edit(row.Id, content, content.Encode((int)row.Office)));

    public ApplyResult Submit(Officer applicant, Approval seen) => _act.Run(
        ActName.Submit, applicant, seen,
        (row, work) => Check(row, applicant, seen, MatterEvent.Submit, work) ?? Judge(row, work.Store, work.Now) ?? LossReports.CheckClock((MatterType)row.Type, work.Head, settings, work.Now),
        (row, work) =>
        {
            work.Store.Submit(row.Id, work.Now.ToUnixTimeMilliseconds());
            LossReports.Hold(row.Id, row.ToMatter().Content, work.Store.Transaction, work.Head, work.Now);
        });

    private Refusal? Judge(MatterRow row, MatterStore store, DateTimeOffset now)
    {
        if (!MatterContent.TryDecode(row.Content, out var content, out _, out var unreadable))
            return unreadable;
        return store.FindOpenLike(content) is { } open
            ? new Refusal(Codes.DuplicateCode, $"Matter {open.Id} for the same enterprise is open.")
            : rules.Check((int)row.Office, content, row.Id, row.Hash, store, now);
    }

    private static Refusal? Check(MatterRow row, Officer applicant, Approval seen, MatterEvent happens, OfficersWork work)
    {
        if (row.Applicant != applicant.Person)
            return new Refusal(Codes.NotTheApplicant, $"Matter {row.Id} is another person's.");
        // What an enterprise filed stays what it filed: returned, it is filed anew.
        if (FilingStore.IsFiled(work.Store.Transaction, row.Id))
            return new Refusal(Codes.FiledContent, $"Matter {row.Id} came of a filing: it is neither edited nor submitted again.");
        return MatterMachine.Check(row.Id, (MatterType)row.Type, row.StateName, happens)
            ?? (Digest.Of(row.Content) == row.Hash && row.Hash == seen.ContentHash
                ? null
                : new Refusal(Codes.ContentChanged, $"Matter {row.Id} is not what the applicant saw: {row.Hash} against {seen.ContentHash}."));
    }
}
