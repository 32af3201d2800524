using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Authority;
using ELicense.IntegrationTests.Bundles;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.UnitTests;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Bundles;
using ELicense.Verification.Filings;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Filings;

/// <summary>A filing's way over a gap, past two officers, and back in the publication.</summary>
public abstract class FilingPathTests : IDisposable
{
    private readonly PublishedCounter _published;
    private readonly FilingEnterprise _enterprise;
    private readonly SigningKey _answers = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly VerifiedTrust _trust;
    private Publisher _publisher;

    protected FilingPathTests(DatabaseServer databases)
    {
        _published = new PublishedCounter(databases: databases);
        _enterprise = new FilingEnterprise(Counter, 1);
        _publisher = NewPublisher();
        _trust = PublishTrust();
    }

    private Counter Counter => _published.Counter;

    private string License => _enterprise.License.Number.ToString();

    private FilingActs Acts => new(Counter.Register, Counter.Settings, Counter.Authority, Counter.Clock);

    public void Dispose()
    {
        _publisher.Dispose();
        _enterprise.Dispose();
        _answers.Dispose();
        _published.Dispose();
    }

    [Fact]
    public async Task An_amendment_crosses_the_gap_is_decided_by_two_officers_and_its_answer_comes_back_in_a_bundle()
    {
        Publish();
        var outside = Directory.CreateTempSubdirectory("elicense-outside-").FullName;
        var amendment = JsonSerializer.SerializeToElement(OfficersStation.Amendment("amendment", 1, License));
        var file = _enterprise.Signed(_enterprise.Filing(amendment));
        var digest = Digest.Of(file);
        File.WriteAllBytes(Path.Combine(outside, digest.ToString()), file);
        using var disk = new MemoryStream();
        Assert.Equal(1, (await InboxBundle.ExportAsync(outside, disk, TestContext.Current.CancellationToken)).Result.Files);
        disk.Position = 0;
        Assert.Equal(1, (await InboxBundle.ImportAsync(disk, FilingEnterprise.Inbox(Counter), TestContext.Current.CancellationToken)).Files);
        Directory.Delete(outside, recursive: true);

        var id = Assert.Single(FilingEnterprise.Desk(Counter).Run()).Filing!.Value;
        Assert.Null(Answer(digest));
        var filed = Assert.Single(Acts.List(FiledState.Filed, [1], 0, 10));
        Assert.Equal((id, FilingEvidence.TokenSigned, MatterType.Amendment, _enterprise.Certificate.Serial.Hex), (filed.Id, filed.Evidence, filed.Content!.Type, filed.SerialHex));

        Assert.True(Acts.TryAccept(Counter.Clerk, id, filed.ContentHash!.Value, out _, out var refusal), refusal.ToString());
        Assert.Equal(FilingState.Accepted, Answer(digest)!.State);
        Assert.True(Acts.TrySubmit(Counter.Clerk, id, filed.ContentHash.Value, out var matter, out refusal), refusal.ToString());
        Assert.Equal((MatterState.Applied, filed.ContentHash), (matter.State, (Digest?)matter.ContentHash));
        Assert.Equal(FilingState.InReview, Answer(digest)!.State);
        Assert.False(Counter.Authority.TryApprove(Counter.Clerk, matter.Id, matter.ContentHash, out _, out refusal));
        Assert.Equal(Codes.SamePerson, refusal.Code);
        Assert.Equal(MatterState.Done, Counter.Authority.CarryOut([Counter.Approve(matter)])[0].State);

        var approved = Answer(digest)!;
        Assert.Equal((FilingState.Approved, 2, Counter.Scalar("SELECT log_size FROM head")), (approved.State, approved.Version, approved.LogSize));
        Assert.Equal(Counter.Settings.AuthorityNumber, approved.AuthorityNumber);
        using var bundle = new MemoryStream(BundledAuthority.Export(Counter.Settings.PublicationFolder));
        var (here, state) = (Path.Combine(Counter.Folder, "here"), Path.Combine(Counter.Folder, "state"));
        Assert.Null((await new BundleImport(here, state, _published.Anchor, Counter.Clock).RunAsync(bundle, progress: null, TestContext.Current.CancellationToken)).Refusal);
        var jws = File.ReadAllText(Path.Combine(here, FilingAnswer.PathOf(digest)));
        Assert.False(SignedAnswer.TryOpen(Encoding.ASCII.GetBytes(jws), Digest.Of([]), _trust, out _, out refusal));
        Assert.Equal(Codes.DigestMismatch, refusal.Code);
        // A bundle with an answer by another key is refused.
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);
        File.WriteAllText(_published.Full(FilingAnswer.PathOf(digest)), Jws.Sign(stranger, FilingAnswer.Type, approved.EncodeJson()));
        using var forged = new MemoryStream(BundledAuthority.Export(Counter.Settings.PublicationFolder));
        Assert.Equal(Codes.BundleForeign, (await new BundleImport(here, state, _published.Anchor, Counter.Clock).RunAsync(forged, progress: null, TestContext.Current.CancellationToken)).Refusal?.Code);
        var jwk = JsonSerializer.SerializeToElement(JsonWebKey.From(_answers.PublicKey.SubjectPublicKeyInfo.Span));
        var read = await Peers.RunAsync("jws-verify.mjs", new { jws, jwk }, TestContext.Current.CancellationToken);
        Assert.Equal("elicense-answer+jws", read.GetProperty("header").GetProperty("typ").GetString());
        Assert.Equal(("approved", digest.ToString(), 2), (
            read.GetProperty("payload").GetProperty("state").GetString(), read.GetProperty("payload").GetProperty("filing").GetString(),
            read.GetProperty("payload").GetProperty("version").GetInt32()));
        Assert.DoesNotContain(License, read.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_enterprise.Certificate.Serial.Hex, read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_portals_filing_is_labelled_and_believed_while_the_portal_is_named_and_certified()
    {
        using var portal = SoftwareSigningKey.Generate(Suite.Es256);
        using var certificate = PortalCertificate(portal);
        var named = new NamedDelegate(Filing.PortalRole, Digest.Of(portal.PublicKey.SubjectPublicKeyInfo.Span));
        string? Take(Filing filing, params NamedDelegate[] delegates)
        {
            FilingEnterprise.Put(Counter, _enterprise.ByPortal(filing, portal, certificate.RawDataMemory.Span));
            return Assert.Single(FilingEnterprise.Desk(Counter, () => _trust, delegates).Run()).Refusal?.Code;
        }

        Assert.Equal(Codes.DelegateUnknown, Take(Report()));
        Assert.Equal(Codes.DelegateUnknown, Take(Report(), named with { Role = "badge" }));
        Assert.Equal(Codes.DelegateUnknown, Take(Report() with { IssuedAt = Counter.Clock.Now.AddDays(-2).ToUnixTimeSeconds() }, named));
        Assert.Null(Take(Report(), named));

        Assert.Equal(FilingEvidence.PortalTls, Assert.Single(Acts.List(FiledState.Filed, [1], 0, 10)).Evidence);
        // Fourteen days on, the portal's certificate is over; what it signed before was carried on a disk.
        var late = Report();
        Counter.Clock.Now += TimeSpan.FromDays(14);
        Assert.Null(Take(late, named));
        Assert.Equal(Codes.DelegateUnknown, Take(Report(), named));
    }

    [Fact]
    public void What_is_returned_or_rejected_tells_its_ground_and_is_never_edited()
    {
        Publish();
        var (first, second, third) = (Filed(2023), Filed(2024), Filed(2025));
        Assert.False(Acts.TryReturn(Counter.Clerk, first.Id, first.ContentHash!.Value, " ", out _, out var refusal));
        Assert.Equal(Codes.GroundMissing, refusal.Code);
        Assert.False(Acts.TryAccept(Counter.Clerk, first.Id, second.ContentHash!.Value, out _, out refusal));
        Assert.Equal(Codes.ContentChanged, refusal.Code);
        Assert.False(Acts.TrySubmit(Counter.Clerk, first.Id, first.ContentHash.Value, out _, out refusal));
        Assert.Equal(Codes.StateConflict, refusal.Code);

        Assert.True(Acts.TryReturn(Counter.Clerk, first.Id, first.ContentHash.Value, "联系电话有误", out _, out _));
        var returned = Submitted(second);
        Assert.True(Counter.Authority.TryReturn(Counter.Approver, new Approval(returned.Id, returned.ContentHash), "请附材料", out returned, out _));
        var rejected = Submitted(third);
        Assert.True(Counter.Authority.TryReject(Counter.Approver, new Approval(rejected.Id, rejected.ContentHash), "不予核准", out _, out _));

        Assert.Equal((FilingState.Returned, "联系电话有误"), Told(first));
        Assert.Equal((FilingState.Returned, "请附材料"), Told(second));
        Assert.Equal((FilingState.Rejected, "不予核准"), Told(third));
        Assert.False(Counter.Authority.TryEdit(Counter.Clerk, new Approval(returned!.Id, returned.ContentHash), returned.Content, out _, out refusal));
        Assert.Equal(Codes.FiledContent, refusal.Code);
        Assert.False(Counter.Authority.TrySubmit(Counter.Clerk, new Approval(returned.Id, returned.ContentHash), out _, out refusal));
        Assert.Equal(Codes.FiledContent, refusal.Code);

        (FilingState, string?) Told(FiledMatter filed) => Answer(filed.Digest) is { } answer ? (answer.State, answer.Reason) : default;
    }

    [Fact]
    public void Who_dies_between_decision_answer_and_mark_answers_all_the_same_and_answers_are_kept_for_half_a_year()
    {
        Publish();
        var filed = Filed(2025);
        var matter = Submitted(filed);
        Assert.Equal(MatterState.Done, Counter.Authority.CarryOut([Counter.Approve(matter)])[0].State);
        // Nothing was published since the filing came in.
        Reopen();
        var answer = Answer(filed.Digest)!;
        Assert.Equal((FilingState.Approved, null, null), (answer.State, answer.Version, answer.LogSize));
        var path = _published.Full(FilingAnswer.PathOf(filed.Digest));
        var first = File.GetLastWriteTimeUtc(path);
        Publish();
        Assert.Equal(first, File.GetLastWriteTimeUtc(path));

        // As if it had died after the file, before the mark.
        Counter.Sql("UPDATE filing_states SET answered = 2");
        File.Delete(path);
        Reopen();
        Assert.Equal(FilingState.Approved, Answer(filed.Digest)!.State);

        Counter.Clock.Now += TimeSpan.FromDays(179);
        Assert.NotNull(Answer(filed.Digest));
        Counter.Clock.Now += TimeSpan.FromDays(2);
        Assert.Null(Answer(filed.Digest));
        Assert.Null(Answer(filed.Digest));
    }

    [Fact]
    public async Task Each_decision_wakes_the_publisher_whose_next_round_publishes_its_answer()
    {
        FiledMatter[] filed = [Filed(2023), Filed(2024), Filed(2025), Filed(2023, employees: 4)];
        Counter.Settings = Counter.Settings with { CosignEvery = TimeSpan.FromHours(1) };
        Reopen();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var rounds = Channel.CreateUnbounded<PublishResult>();
        var running = _publisher.RunAsync(round => rounds.Writer.TryWrite(round), stop.Token);
        Assert.Null((await rounds.Reader.ReadAsync(stop.Token)).Refusal);
        var matters = new Matter[filed.Length];
        for (var i = 0; i < filed.Length; i++)
        {
            var (one, matter) = (filed[i], (Matter?)null);
            Assert.Equal(FilingState.Accepted, await AfterAsync(one, () => Acts.TryAccept(Counter.Clerk, one.Id, one.ContentHash!.Value, out _, out _)));
            Assert.Equal(FilingState.InReview, await AfterAsync(one, () => Acts.TrySubmit(Counter.Clerk, one.Id, one.ContentHash!.Value, out matter, out _)));
            matters[i] = matter!;
        }

        Assert.Equal(FilingState.Approved, await AfterAsync(filed[0], () => CarryOut(matters[0]) == MatterState.Done));
        Assert.Equal(FilingState.Returned, await AfterAsync(filed[1], () => Counter.Authority.TryReturn(Counter.Approver, Seen(matters[1]), "请附材料", out _, out _)));
        Assert.Equal(FilingState.Rejected, await AfterAsync(filed[2], () => Counter.Authority.TryReject(Counter.Approver, Seen(matters[2]), "不予核准", out _, out _)));
        // The year was reported meanwhile.
        Assert.Equal(FilingState.Refused, await AfterAsync(filed[3], () => CarryOut(matters[3]) == MatterState.Refused));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        MatterState CarryOut(Matter matter) => Counter.Authority.CarryOut([Counter.Approve(matter)])[0].State;

        static Approval Seen(Matter matter) => new(matter.Id, matter.ContentHash);

        async Task<FilingState?> AfterAsync(FiledMatter filed, Func<bool> decide)
        {
            Assert.True(decide());
            Assert.Null((await rounds.Reader.ReadAsync(stop.Token).AsTask().WaitAsync(TimeSpan.FromMinutes(2), stop.Token)).Refusal);
            return Published(filed.Digest)?.State;
        }
    }

    private Filing Report(int year = 2025, int employees = 3) => _enterprise.Filing(new
    {
        type = "annual-report",
        licenseNumber = License,
        version = 1,
        annualReport = new { year, contact = "0591-1234567", employees },
    });

    private FiledMatter Filed(int year, int employees = 3)
    {
        FilingEnterprise.Put(Counter, _enterprise.Signed(Report(year, employees)));
        return Acts.Find(Assert.Single(FilingEnterprise.Desk(Counter).Run()).Filing!.Value)!;
    }

    private Matter Submitted(FiledMatter filed) =>
        Acts.TryAccept(Counter.Clerk, filed.Id, filed.ContentHash!.Value, out _, out var refusal) && Acts.TrySubmit(Counter.Clerk, filed.Id, filed.ContentHash.Value, out var matter, out refusal)
            ? matter
            : throw new InvalidOperationException(refusal.ToString());

    /// <summary>After another round of the publisher.</summary>
    private FilingAnswer? Answer(Digest filing)
    {
        Publish();
        return Published(filing);
    }

    private FilingAnswer? Published(Digest filing)
    {
        var path = _published.Full(FilingAnswer.PathOf(filing));
        if (!File.Exists(path))
            return null;
        Assert.True(SignedAnswer.TryOpen(File.ReadAllBytes(path), filing, _trust, out var answer, out var refusal), refusal.ToString());
        return answer;
    }

    private void Publish() => Assert.Null(_publisher.PublishAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult().Refusal);

    private void Reopen()
    {
        _publisher.Dispose();
        Counter.Reopen();
        _publisher = NewPublisher();
    }

    private Publisher NewPublisher() =>
        new(Counter.Register, Counter.Settings, Counter.Keys, Counter.Clock) { Answers = new PublishedAnswers(Counter.Settings, Counter.Register, _answers) };

    private const string PortalUsage = "1.3.6.1.4.1.32473.3.4";

    private System.Security.Cryptography.X509Certificates.X509Certificate2 PortalCertificate(SigningKey portal) => Counter.Issuers.Subordinate.Issue(
        TestIssuers.Profiles.ReceiptSigner with { ExtendedKeyUsage = [PortalUsage] },
        TestIssuers.Delegate(SubjectPublicKey.Of(portal.PublicKey)) with { From = Counter.Clock.Now.AddMinutes(-5), To = Counter.Clock.Now.AddDays(13) });

    /// <summary>With the answer key, and a portal's delegation; published.</summary>
    private VerifiedTrust PublishTrust()
    {
        var (now, key) = (Counter.Clock.Now, _answers.PublicKey);
        Assert.True(Jws.TryParse(_published.SignedCard(2), VerifiedTrust.MaxJwsBytes, out var signed, out _));
        Assert.True(TrustCard.TryDecodeJson(signed.Payload, out var card, out _));
        var with = card with
        {
            Keys = [.. card.Keys, new TrustedKey(KeyRole.Answer, "ES256", key.SubjectPublicKeyInfo, key.Kid, null, now.AddHours(-1).ToUnixTimeSeconds(), now.AddDays(300).ToUnixTimeSeconds())],
            Delegations = [new Delegation(Filing.PortalRole, Counter.Issuers.Subordinate.Kid, PortalUsage)],
        };
        var jws = Encoding.ASCII.GetBytes(Jws.Sign(Counter.Issuers.RootKey, TrustCard.Type, with.EncodeJson()));
        Assert.True(_published.Trust.TryPublish(jws, now, out var refusal), refusal.ToString());
        return VerifiedTrust.TryOpen(jws, _published.Anchor, now, out var trust, out refusal) ? trust : throw new InvalidOperationException(refusal.ToString());
    }
}

public sealed class FilingPathOnSqliteTests() : FilingPathTests(EmbeddedDatabases.Instance);

public sealed class FilingPathOnPostgresTests(PostgresCluster cluster) : FilingPathTests(cluster);
