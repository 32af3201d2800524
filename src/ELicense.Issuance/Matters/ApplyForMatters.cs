using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>A content with its canonical bytes at an office and their SHA-256, made before any lock is taken.</summary>
internal sealed record Application(MatterContent Content, byte[] Bytes, Digest Hash)
{
    public static Application Of(MatterContent content, int office)
    {
        var bytes = content.Encode(office);
        return new Application(content, bytes, Digest.Of(bytes));
    }
}

/// <summary>Application (申请): contents become matters, a chunk in one transaction, each judged for itself.</summary>
internal sealed class ApplyForMatters(Register register, ApplicationRules rules, AuthoritySettings settings, TimeProvider clock)
{
    /// <param name="alongside">Writes what belongs to the applications, in their transaction; again when that is repeated. It takes no lock.</param>
    public IReadOnlyList<ApplyResult> Run(
        Officer applicant, IReadOnlyCollection<Application> chunk, Action<RegisterTransaction, IReadOnlyList<ApplyResult>>? alongside = null) =>
        Register.Repeat(() => RunOnce(applicant, chunk, alongside));

    private List<ApplyResult> RunOnce(Officer applicant, IReadOnlyCollection<Application> chunk, Action<RegisterTransaction, IReadOnlyList<ApplyResult>>? alongside)
    {
        var now = clock.GetUtcNow();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        store.LoadForApplying([.. chunk.Select(application => application.Content)]);
        var trail = new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds());
        var results = new List<ApplyResult>();
        var acts = new List<AuditAct>();
        foreach (var (content, bytes, hash) in chunk)
        {
            var result = Apply(applicant, content, bytes, hash, head, store, now);
            acts.Add(AuditAct.Application(applicant, content, hash, result));
            results.Add(result);
        }

        trail.AppendTogether(acts);
        alongside?.Invoke(transaction, results);
        head.Store();
        transaction.Commit();
        return results;
    }

    private ApplyResult Apply(Officer applicant, MatterContent content, byte[] bytes, Digest hash, RegisterHead head, MatterStore store, DateTimeOffset now)
    {
        if ((store.FindOpenLike(content) ?? store.FindRepeated(content, applicant.Person, hash)) is { } open)
            return Repeat(open, applicant, hash);
        if ((rules.Check(applicant.Office, content, matterId: 0, hash, store, now) ?? LossReports.CheckClock(content.Type, head, settings, now)) is { } refusal)
            return new ApplyResult(null, refusal);
        var matter = new Matter(
            head.TakeMatter(), content.Type, MatterState.Applied, hash, content, applicant.Office, applicant.Person, Milliseconds(now), null, null, null);
        store.Insert(matter, bytes);
        LossReports.Hold(matter.Id, content, store.Transaction, head, now);
        return new ApplyResult(matter, null);
    }

    /// <summary>What is asked again after a broken connection finds its matter again instead of making a second one.</summary>
    private static ApplyResult Repeat(MatterRow open, Officer applicant, Digest hash) => open.Hash == hash && open.Applicant == applicant.Person
        ? new ApplyResult(open.ToMatter(), null)
        : new ApplyResult(null, new Refusal(Codes.DuplicateCode, $"Matter {open.Id} for the same enterprise is open."));

    /// <summary>The precision of the store, so that a matter equals itself when it is read again.</summary>
    internal static DateTimeOffset Milliseconds(DateTimeOffset now) => DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
}
