using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.BlackLists;

/// <summary>
/// Revoked enterprises and barred persons: their issuances and amendments are refused with the ground. Who may list, import and override is the door's to check.
/// </summary>
public sealed class BlackList(Register register, PersonMarkKey personKey, TimeProvider clock)
{
    /// <summary>All entries with their provenance, ended and removed ones too.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<ListedEntry> List(long after, int limit)
    {
        using var transaction = register.Read();
        using var store = new BlackListStore(transaction);
        return store.List(after, limit);
    }

    /// <summary>All entries about an enterprise, ended ones too.</summary>
    public IReadOnlyList<ListedEntry> Find(CreditCode code)
    {
        using var transaction = register.Read();
        using var store = new BlackListStore(transaction);
        return store.Find(code);
    }

    /// <summary>All entries about a person, ended ones too.</summary>
    /// <param name="mark">Of <see cref="PersonMarkKey.Mark"/>.</param>
    public IReadOnlyList<ListedEntry> Find(Digest mark)
    {
        using var transaction = register.Read();
        using var store = new BlackListStore(transaction);
        return store.Find(mark);
    }

    /// <summary>Who a person on the own list is; the trail keeps who asked. Code: not-found.</summary>
    public bool TryDisclose(Officer supervisor, long id, [NotNullWhen(true)] out PersonIdentifier? person, out Refusal refusal)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new BlackListStore(transaction);
        var entry = store.Find(id)?.Entry;
        person = entry?.Person is { } mark ? personKey.Open(entry.Identifier.Span, mark) : null;
        Refusal? missing = person is null ? new Refusal(Codes.NotFound, $"Entry {id} is of no person whose identifier is kept here.") : null;
        new AuditTrail(transaction, head, clock.GetUtcNow().ToUnixTimeMilliseconds()).Append(
            new AuditAct(ActName.DisclosePerson, supervisor, $"black-list/{id}") { Refusal = missing });
        head.Store();
        transaction.Commit();
        refusal = missing ?? default;
        return person is not null;
    }

    /// <summary>
    /// Takes over another authority's list in the place of its former one; an older file than the last is refused.
    /// Codes: those of <see cref="ExchangeFile.TryOpen"/>, exchange-rollback, person-key-differs.
    /// </summary>
    /// <param name="file">The JWS in ASCII; its digest is kept as provenance.</param>
    /// <param name="trust">The other authority's, verified.</param>
    public bool TryImport(Officer officer, ReadOnlySpan<byte> file, VerifiedTrust trust, [NotNullWhen(true)] out ExchangeFile? imported, out Refusal refusal)
    {
        var now = clock.GetUtcNow();
        var digest = Digest.Of(file);
        if (!ExchangeFile.TryOpen(file, trust, now, out imported, out refusal))
            return false;
        if (imported.PersonKey is { } kid && kid != personKey.Kid)
            refusal = new Refusal(Codes.PersonKeyDiffers, $"Its persons are marked under key {kid}, ours under {personKey.Kid}.");
        else
            refusal = Replace(officer, imported, digest, now) ?? default;
        if (refusal.Code is not null)
            imported = null;
        return imported is not null;
    }

    /// <summary>This authority's own entries that are in force, for others, with their marks alone.</summary>
    public ExchangeFile Export(string origin)
    {
        var now = clock.GetUtcNow();
        using var transaction = register.Read();
        using var store = new BlackListStore(transaction);
        var entries = store.InForce(BlackListStore.Own, now);
        return new ExchangeFile(origin, now.ToUnixTimeSeconds(), entries.Any(entry => entry.Person is not null) ? personKey.Kid : null, entries);
    }

    /// <summary>
    /// Lets exactly this content of a matter pass the list. The supervisor is not the applicant; another edit needs another override.
    /// Codes: not-found, same-person, content-changed, state-conflict, ground-missing.
    /// </summary>
    public bool TryOverride(Officer supervisor, Approval seen, string? ground, out Refusal refusal)
    {
        var result = new OfficersAct(register, clock).Run(
            ActName.OverrideBlackList, supervisor, seen,
            (row, _) => Judge(row, supervisor, seen, ground),
            (row, work) => work.Store.BlackList.AddOverride(new BlackListOverride(row.Id, seen.ContentHash, supervisor.Person, ground!, work.Now)));
        refusal = result.Refusal ?? default;
        return result.Refusal is null;
    }

    /// <summary>All overrides of a matter, oldest first.</summary>
    public IReadOnlyList<BlackListOverride> Overrides(long matterId)
    {
        using var transaction = register.Read();
        using var store = new BlackListStore(transaction);
        return store.Overrides(matterId);
    }

    private Refusal? Replace(Officer officer, ExchangeFile file, Digest digest, DateTimeOffset now)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new BlackListStore(transaction);
        var trail = new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds());
        Refusal? refusal = store.LastImport(file.Origin) is { } last && last >= file.Issued
            ? new Refusal(Codes.ExchangeRollback, $"A file of {file.Origin} of {DateTimeOffset.FromUnixTimeSeconds(last):u} was imported already.")
            : null;
        if (refusal is null)
            store.Replace(file, digest, officer.Person, now.ToUnixTimeMilliseconds());
        trail.Append(new AuditAct(ActName.ImportBlackList, officer, $"authority/{file.Origin}") { ContentHash = digest, Refusal = refusal });
        head.Store();
        transaction.Commit();
        return refusal;
    }

    private static Refusal? Judge(MatterRow row, Officer supervisor, Approval seen, string? ground)
    {
        if (row.Applicant == supervisor.Person)
            return new Refusal(Codes.SamePerson, $"Matter {row.Id} is the supervisor's own.");
        if (row.StateName is not (MatterState.Draft or MatterState.Returned or MatterState.Applied))
            return new Refusal(Codes.StateConflict, $"Matter {row.Id} is {row.StateName}.");
        if (row.Hash != seen.ContentHash)
            return new Refusal(Codes.ContentChanged, $"Matter {row.Id} is not what the supervisor saw.");
        return PlainText.IsWithin(ground, BlackListEntry.MaxGround)
            ? null
            : new Refusal(Codes.GroundMissing, $"An override has a ground of 1 to {BlackListEntry.MaxGround} characters.");
    }
}
