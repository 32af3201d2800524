using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Recovery;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Fault 31: an older database is restored. The publisher signs nothing, and the publication's tail puts the register right.</summary>
public abstract class ReplayPublicationTests(DatabaseServer databases) : IDisposable
{
    private readonly PublishedCounter _published = new(databases: databases);

    private Counter Counter => _published.Counter;

    public void Dispose() => _published.Dispose();

    [Fact]
    public void A_restored_older_register_takes_the_tail_over_and_publishing_goes_on()
    {
        Counter.Settings = Counter.Settings with { AnchorAuditEvery = TimeSpan.Zero };
        Counter.Reopen();
        var kept = Counter.Issue(1);
        var suspended = Counter.Issue(2);
        _published.Publish();
        Counter.Database.Backup("older.db");
        var amended = Counter.Amend(kept, 1);
        var issued = Counter.Issue(3);
        Counter.Change(MatterType.Suspension, amended);
        Counter.Change(MatterType.Resumption, amended);
        Counter.Change(MatterType.Revocation, suspended);
        Counter.Change(MatterType.Suspension, issued);
        var published = _published.Publish().Checkpoint!;
        string[] questions =
        [
            "SELECT position, entry FROM whole_log ORDER BY 1", "SELECT * FROM standings ORDER BY 1", "SELECT status_index, token FROM signed_licenses ORDER BY 1",
            "SELECT status_index, serial, version, claims, to_be_signed, document FROM prepared_licenses ORDER BY 1", "SELECT * FROM licenses ORDER BY 1",
            "SELECT next_serial, next_status_index, log_size FROM head", "SELECT type, state, office, content_hash, serial FROM matters ORDER BY id",
        ];
        var before = Ask(questions);
        Restore();
        Assert.Equal(Codes.LogRollback, _published.Publish().Refusal!.Value.Code);

        var replayed = Replay();

        Assert.Null(replayed.Refusal);
        Assert.Equal((published.Size, 2L, 4L, 1L), (replayed.To, replayed.Licenses, replayed.Changes, replayed.AuditHeads));
        Assert.Equal(before, Ask(questions));
        Assert.Equal(6, Counter.Scalar("SELECT count(*) FROM matters WHERE applicant = '(unknown applicant)' AND approver = '(unknown approver)'"));
        var next = Counter.Issue(4);
        Assert.Equal((issued.Number.Serial + 1, issued.Index + 1), (next.Number.Serial, next.Index));
        Assert.Null(_published.Publish().Refusal);
        Assert.Empty(_published.Audit().Findings);
        Assert.Equal(Standing.Revoked, Counter.Authority.FindLicense(suspended.Number)!.Standing);
        Assert.Equal((2, Standing.Valid), (Counter.Authority.FindLicense(kept.Number)!.Newest.Version, Counter.Authority.FindLicense(kept.Number)!.Standing));
    }

    [Fact]
    public void Certificates_come_back_with_their_standings_and_what_was_open_goes_on()
    {
        var (replaced, held, ended, lapsed) = (Certified(1), Certified(2), Certified(3), Certified(4));
        _published.Publish();
        Counter.Database.Backup("older.db");
        var next = Counter.Authority.CarryOut([Counter.Approve(Counter.Apply(Counter.About(replaced, MatterType.Replacement)))])[0];
        using (var token = new TokenKey())
            Counter.Certify(next.MatterId, token);
        var afresh = Certified(5);
        Counter.Authority.CarryOut([Counter.Approve(Counter.Apply(Counter.About(afresh, MatterType.LossReport)))]);
        Counter.Apply(Counter.About(lapsed, MatterType.LossReport));
        Counter.Clock.Now += Counter.Settings.LossReportLapsesAfter;
        Counter.Authority.LapseLossReports();
        Counter.Apply(Counter.About(held, MatterType.LossReport));
        Counter.Authority.CarryOut([Counter.Approve(Counter.Apply(Counter.Standing(MatterType.Revocation, ended.License)))]);
        _published.Publish();
        string[] questions =
        [
            "SELECT position, entry FROM whole_log ORDER BY 1", "SELECT * FROM certificate_standings ORDER BY 1", "SELECT * FROM signed_certificates ORDER BY 1",
            "SELECT certificate_index, matter_id, license_serial, issuer, serial, key_hash, key_made_at_counter, to_be_signed FROM prepared_certificates ORDER BY 1",
            "SELECT certificate_index FROM certificate_replacements ORDER BY 1", "SELECT next_certificate_index, log_size FROM head", "SELECT type, state, content_hash FROM matters ORDER BY id",
        ];
        var before = Ask(questions);
        Restore();

        var result = Replay();

        Assert.Null(result.Refusal);
        Assert.Equal((1L, 2L, 7L), (result.Licenses, result.Certificates, result.Changes));
        Assert.Equal(before, Ask(questions));
        Counter.Clock.Now += Counter.Settings.LossReportLapsesAfter;
        Assert.Equal(1, Counter.Authority.LapseLossReports());
        Assert.Equal(Standing.Valid, Counter.Authority.Certificates.Find(held.MatterId)!.Standing);
        Assert.Null(_published.Publish().Refusal);
        Assert.Empty(_published.Audit().Findings);
    }

    [Fact]
    public async Task The_trail_says_what_was_replayed_and_which_heads_it_has_lost()
    {
        Counter.Settings = Counter.Settings with { AnchorAuditEvery = TimeSpan.Zero };
        Counter.Reopen();
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        Counter.Issue(2);
        var published = _published.Publish().Checkpoint!;
        Restore();
        var from = Counter.Scalar("SELECT log_size FROM head");

        Replay();

        var entry = new AuditLog(Counter.Register, Counter.Clock).Read(0, 1000)[^1];
        Assert.Equal(("replay-publication", $"log/{from} +{published.Size - from}", published.Root), (entry.Act, entry.Subject, entry.ContentHash));
        var (heads, _) = await PublishedAuditHead.ReadAllAsync(Source, _published.Anchor, Counter.Clock.Now, TestContext.Current.CancellationToken);
        var report = AuditTrailCheck.Run(Counter.Register, heads, null);
        Assert.Equal(Codes.AuditCut, Assert.Single(report.Findings).Refusal.Code);
    }

    [Fact]
    public void What_waited_for_its_approval_or_its_signature_when_the_backup_was_taken_is_finished_as_what_it_is()
    {
        var applied = Counter.Apply(Enterprise.Issuance(1));
        var approved = Counter.Approve(Counter.Apply(Enterprise.Issuance(2)));
        var prepared = Counter.Approve(Counter.Apply(Enterprise.Issuance(3)));
        Counter.IssueLicense.Prepare(Counter.IssueLicense.Reread([prepared.Id]));
        Counter.Database.Backup("older.db");
        Counter.Authority.FinishPending(_ => { });
        Counter.Authority.CarryOut([Counter.Approve(applied)]);
        _published.Publish();
        Restore();

        Assert.Null(Replay().Refusal);

        Assert.Equal(["person-1,(unknown approver),3", "person-1,person-2,3", "person-1,person-2,3"], Counter.Database.Rows("SELECT applicant, approver, state FROM matters ORDER BY id"));
        Counter.Authority.FinishPending(result => Assert.Fail($"matter {result.MatterId} was still open"));
        Assert.Null(_published.Publish().Refusal);
    }

    [Fact]
    public void A_replay_that_is_repeated_changes_nothing()
    {
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        Counter.Issue(2);
        _published.Publish();
        Restore();
        Replay();
        var entries = Counter.Scalar("SELECT audit_size FROM head");

        var again = Replay();

        Assert.Equal((2L, 2L, null), (again.From, again.To, again.Refusal));
        Assert.Equal(entries, Counter.Scalar("SELECT audit_size FROM head"));
    }

    [Fact]
    public void A_register_that_was_worked_on_after_it_was_restored_is_not_a_prefix_and_is_left_alone()
    {
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        Counter.Issue(2);
        Counter.Issue(3);
        _published.Publish();
        Restore();
        Counter.Issue(4);

        Assert.Equal(Codes.LogFork, Replay().Refusal!.Value.Code);
        Assert.Equal(2, Counter.Scalar("SELECT log_size FROM head"));
    }

    [Fact]
    public void A_license_prepared_after_the_restore_at_an_index_that_was_given_is_a_fork()
    {
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        Counter.Issue(2);
        _published.Publish();
        Restore();
        Counter.IssueLicense.Prepare(Counter.IssueLicense.Reread([Counter.Approve(Counter.Apply(Enterprise.Issuance(3))).Id]));

        Assert.Equal(Codes.LogFork, Replay().Refusal!.Value.Code);
        Assert.Equal(1, Counter.Scalar("SELECT log_size FROM head"));
    }

    [Fact]
    public void A_publication_older_than_the_mark_is_no_source()
    {
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        var checkpoint = File.ReadAllBytes(_published.Full("log/checkpoint"));
        Counter.Issue(2);
        _published.Publish();
        File.WriteAllBytes(_published.Full("log/checkpoint"), checkpoint);
        Restore();

        Assert.Equal(Codes.LogRollback, Replay().Refusal!.Value.Code);
    }

    [Fact]
    public void An_altered_document_is_not_taken_over()
    {
        Counter.Issue(1);
        _published.Publish();
        Counter.Database.Backup("older.db");
        Counter.Issue(2);
        _published.Publish();
        var pack = File.ReadAllBytes(_published.Full("documents/000"));
        pack[^1] ^= 1; // in the signature of the last token
        File.WriteAllBytes(_published.Full("documents/000"), pack);
        Restore();

        Assert.Equal(Codes.DocumentMismatch, Replay().Refusal!.Value.Code);
        Assert.Equal(1, Counter.Scalar("SELECT log_size FROM head"));
    }

    private EnterpriseCertificate Certified(int number) => Counter.Certify(Counter.Issue(number).Number);

    private PublicationSource Source => PublicationSource.Open(Counter.Settings.PublicationFolder);

    private ReplayResult Replay() => new ReplayPublication(Counter.Register, Counter.Settings.HighWaterFile, Counter.Clock)
        .RunAsync(Source, _published.Anchor, null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    private void Restore()
    {
        Counter.Close();
        Counter.Database.Restore("older.db");
        Counter.Open();
    }

    private List<string> Ask(string[] questions) => [.. questions.SelectMany(Counter.Database.Rows)];
}

public sealed class ReplayPublicationOnSqliteTests() : ReplayPublicationTests(EmbeddedDatabases.Instance);

public sealed class ReplayPublicationOnPostgresTests(PostgresCluster cluster) : ReplayPublicationTests(cluster);
