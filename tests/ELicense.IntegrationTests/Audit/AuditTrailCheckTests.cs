using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Audit;

/// <summary>Somebody who can write past the program: what of it the recomputation names.</summary>
public abstract class AuditTrailCheckTests(DatabaseServer databases) : IDisposable
{
    private readonly PublishedCounter _published = new(databases: databases);

    private Counter Counter => _published.Counter;

    public void Dispose() => _published.Dispose();

    [Fact]
    public void A_trail_that_nobody_touched_has_no_finding()
    {
        Counter.Issue(1);
        Counter.Issue(2);

        var report = Check();

        Assert.Empty(report.Findings);
        Assert.Equal(6, report.Entries);
    }

    [Fact]
    public void The_hash_is_the_SHA_256_of_the_hash_before_and_the_entry()
    {
        Counter.Apply(Enterprise.Issuance(1));
        Counter.Apply(Enterprise.Issuance(2));

        var first = SHA256.HashData([.. new byte[32], .. Bytes("SELECT entry FROM audit_trail WHERE number = 1")]);
        var second = SHA256.HashData([.. first, .. Bytes("SELECT entry FROM audit_trail WHERE number = 2")]);

        Assert.Equal(second, Bytes("SELECT audit_hash FROM head"));
    }

    [Fact]
    public void A_changed_entry_is_named()
    {
        Counter.Issue(1);
        Tamper($"UPDATE audit_trail SET entry = {Literal(Forged(2, "person-9"))} WHERE number = 2");

        AssertFirst(2, Codes.AuditChanged);
    }

    [Fact]
    public void A_changed_last_entry_with_a_right_hash_of_its_own_is_named()
    {
        Counter.Issue(1);
        var forged = Forged(3, "person-9");
        var hash = SHA256.HashData([.. Bytes("SELECT entry_hash FROM audit_trail WHERE number = 2"), .. forged]);
        Tamper($"UPDATE audit_trail SET entry = {Literal(forged)}, entry_hash = {Literal(hash)} WHERE number = 3");

        AssertFirst(3, Codes.AuditChanged);
    }

    [Fact]
    public void A_removed_entry_is_named()
    {
        Counter.Issue(1);
        Tamper("DELETE FROM audit_trail WHERE number = 2");

        AssertFirst(2, Codes.AuditGap);
    }

    [Fact]
    public void A_removed_entry_whose_place_was_closed_up_is_named()
    {
        Counter.Issue(1);
        Tamper("DELETE FROM audit_trail WHERE number = 2", "UPDATE audit_trail SET number = 2 WHERE number = 3");

        AssertFirst(2, Codes.AuditReordered);
    }

    [Fact]
    public void Reordered_entries_are_named()
    {
        Counter.Issue(1);
        Tamper(
            "UPDATE audit_trail SET number = -1 WHERE number = 2",
            "UPDATE audit_trail SET number = 2 WHERE number = 3",
            "UPDATE audit_trail SET number = 3 WHERE number = -1");

        AssertFirst(2, Codes.AuditReordered);
    }

    [Fact]
    public void A_cut_tail_is_named()
    {
        Counter.Issue(1);
        Tamper("DELETE FROM audit_trail WHERE number > 1");

        AssertFirst(2, Codes.AuditCut);
    }

    [Fact]
    public void A_tail_cut_together_with_the_registers_own_count_is_found_through_the_published_log()
    {
        Anchor();
        Counter.Issue(1);
        _published.Publish();
        Tamper(
            "DELETE FROM audit_trail WHERE number > 1",
            "UPDATE head SET audit_size = 1, audit_hash = (SELECT entry_hash FROM audit_trail WHERE number = 1)");

        Assert.Empty(Check().Findings);
        var finding = Assert.Single(Check(Heads()).Findings);
        Assert.Equal(Codes.AuditCut, finding.Refusal.Code);
    }

    [Fact]
    public void A_trail_written_anew_from_its_beginning_is_found_through_the_published_log()
    {
        Anchor();
        Counter.Apply(Enterprise.Issuance(1));
        _published.Publish();
        var forged = Forged(1, "person-9");
        var hash = SHA256.HashData([.. new byte[32], .. forged]);
        Tamper($"UPDATE audit_trail SET entry = {Literal(forged)}, entry_hash = {Literal(hash)}", $"UPDATE head SET audit_hash = {Literal(hash)}");

        Assert.Empty(Check().Findings);
        Assert.Equal(Codes.AuditCut, Assert.Single(Check(Heads()).Findings).Refusal.Code);
    }

    [Fact]
    public void The_log_states_the_head_of_the_trail_once_for_each_growth_and_at_most_once_in_the_rhythm()
    {
        Anchor();
        Counter.Issue(1);
        _published.Publish();
        _published.Publish();
        Assert.Single(Heads());

        Counter.Apply(Enterprise.Issuance(2));
        _published.Publish();
        Assert.Single(Heads());

        Counter.Clock.Now += TimeSpan.FromMinutes(1);
        _published.Publish();
        Assert.Equal([1L, 2L], Heads().Select(head => head.Position));
        Assert.Equal(Bytes("SELECT audit_hash FROM head"), Heads()[^1].Hash.ToArray());
        _published.AssertSound(entries: 3);
        Assert.Equal(2, Check(Heads()).Anchors);
    }

    [Fact]
    public void A_restart_goes_on_from_a_log_with_heads_of_the_trail()
    {
        Anchor();
        Counter.Issue(1);
        _published.Publish();
        Counter.Reopen();

        Counter.Issue(2);
        Assert.Null(_published.Publish().Refusal);

        _published.AssertSound(entries: 3);
        Assert.Empty(Check(Heads()).Findings);
    }

    private void Anchor()
    {
        Counter.Settings = Counter.Settings with { AnchorAuditEvery = TimeSpan.FromMinutes(1) };
        Counter.Reopen();
    }

    private TrailReport Check(IReadOnlyList<PublishedAuditHead>? heads = null) => AuditTrailCheck.Run(Counter.Register, heads, progress: null);

    private IReadOnlyList<PublishedAuditHead> Heads()
    {
        var (heads, refusal) = PublishedAuditHead.ReadAllAsync(
            PublicationSource.Open(Counter.Settings.PublicationFolder), _published.Anchor, Counter.Clock.Now, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return heads ?? throw new InvalidOperationException(refusal.ToString());
    }

    private void AssertFirst(long number, string code)
    {
        var first = Check().Findings[0];
        Assert.Equal((number, code), (first.Number, first.Refusal.Code));
    }

    /// <summary>As the owner of the database, who is not held by what holds the program.</summary>
    private void Tamper(params string[] statements)
    {
        Counter.Database.DropGuards("audit_trail");
        foreach (var statement in statements)
            Counter.Sql(statement);
    }

    private byte[] Bytes(string sql) => Counter.Database.Bytes(sql);

    private string Literal(byte[] bytes) =>
        databases is PostgresCluster ? $"decode('{Convert.ToHexStringLower(bytes)}', 'hex')" : $"x'{Convert.ToHexStringLower(bytes)}'";

    private static byte[] Forged(int number, string person)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(10);
        writer.WriteInt32(1);
        writer.WriteInt32(number);
        writer.WriteInt64(DateTimeOffset.Parse("2026-11-22T01:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
        foreach (var text in (string[])[person, "process", "apply", "matter/1"])
            writer.WriteTextString(text);
        writer.WriteNull();
        writer.WriteNull();
        writer.WriteTextString("ok");
        writer.WriteEndArray();
        return writer.Encode();
    }
}

public sealed class AuditTrailCheckOnSqliteTests() : AuditTrailCheckTests(EmbeddedDatabases.Instance);

public sealed class AuditTrailCheckOnPostgresTests(PostgresCluster cluster) : AuditTrailCheckTests(cluster);
