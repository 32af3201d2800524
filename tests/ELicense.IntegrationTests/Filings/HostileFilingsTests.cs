using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Authority;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Matters;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Filings;

/// <summary>An inbox that anybody may have written to.</summary>
public abstract class HostileFilingsTests(DatabaseServer databases) : IDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void What_proves_nothing_leaves_no_trace()
    {
        using var enterprise = new FilingEnterprise(_counter, 1);
        var real = enterprise.Signed(OfficersStation.AnnualReport(enterprise.License.Number.ToString()));
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);
        using var strange = _counter.Issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(Cryptography.Certificates.PublicKeys.SubjectPublicKey.Of(stranger.PublicKey)) with
        {
            From = _counter.Clock.Now.AddDays(-1),
            To = _counter.Clock.Now.AddDays(300),
        });
        var filing = enterprise.Filing(OfficersStation.AnnualReport(enterprise.License.Number.ToString()));
        byte[][] others =
        [
            new byte[1 << 20],
            Encoding.UTF8.GetBytes("申报"),
            [0xD2, 0x84],
            real[..^1],
            [.. real, 0],
            enterprise.Signed(filing, CertifiedCoseSign1.FileType),
            enterprise.Signed(filing, Filing.PortalType),
            enterprise.Signed(filing with { Holder = enterprise.Certificate.Der }),
            // Certified by the CA, and unknown to the register.
            CoseSigning.Sign(stranger, strange.RawDataMemory.Span, Filing.Type, filing.EncodeClaims()),
            // With the enterprise's certificate, and the stranger's signature.
            new CertifiedCoseSign1(
                Filing.Type, enterprise.Certificate.Der, filing.EncodeClaims(),
                stranger.Sign(CertifiedCoseSign1.SigStructure(Filing.Type, enterprise.Certificate.Der.Span, filing.EncodeClaims()))).Encode(),
            // By a portal that nobody named.
            enterprise.ByPortal(filing, stranger, strange.RawDataMemory.Span),
        ];
        var mutations = Enumerable.Range(0, 60).Select(i => (byte[])[.. real]).ToArray();
        for (var i = 0; i < mutations.Length; i++)
            mutations[i][i * real.Length / mutations.Length] ^= 0x01;
        foreach (var file in others.Concat(mutations))
            FilingEnterprise.Put(_counter, file);
        var half = Path.Combine(FilingEnterprise.Inbox(_counter), Digest.Of(real).ToString());
        File.WriteAllBytes(half, real[..100]);
        var request = FilingEnterprise.Put(_counter, [0x30, 0x00]);
        var trail = new AuditLog(_counter.Register, _counter.Clock).Read(0, 1000).Count;

        var outcomes = FilingEnterprise.Desk(_counter).Run();

        Assert.Equal(others.Length + mutations.Length, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome is { Filing: null, Refusal: not null }, outcome.ToString()));
        Assert.Contains(outcomes, outcome => outcome.Refusal!.Value.Code == Codes.TooLarge);
        Assert.Contains(outcomes, outcome => outcome.Refusal!.Value.Code == Codes.FilingCertificate);
        Assert.Contains(outcomes, outcome => outcome.Refusal!.Value.Code == Codes.FilingSignature);
        Assert.Contains(outcomes, outcome => outcome.Refusal!.Value.Code == Codes.DelegateUnknown);
        Assert.Equal(0, _counter.Scalar("SELECT count(*) FROM filings"));
        Assert.Equal(trail, new AuditLog(_counter.Register, _counter.Clock).Read(0, 1000).Count);
        // A request of a delegate is another desk's, and what is half there may become whole.
        Assert.Equal(new[] { half, request }.Order(), Directory.GetFiles(FilingEnterprise.Inbox(_counter)).Order());
        File.WriteAllBytes(half, real);
        Assert.NotNull(Assert.Single(FilingEnterprise.Desk(_counter).Run()).Filing);
    }

    [Fact]
    public void What_a_rule_refuses_is_kept_with_its_code_and_without_its_content()
    {
        using var enterprise = new FilingEnterprise(_counter, 1);
        var other = _counter.Issue(2).Number.ToString();
        var own = enterprise.License.Number.ToString();
        var report = enterprise.Filing(OfficersStation.AnnualReport(own));
        var amendment = JsonSerializer.Serialize(OfficersStation.Amendment("amendment", 1, own), Readable);
        var desk = FilingEnterprise.Desk(_counter);

        Assert.Equal("filing-authority", Code(report with { Authority = 9902 }));
        Assert.Equal("filing-expired", Code(enterprise.Filing(OfficersStation.AnnualReport(own)) with { IssuedAt = report.IssuedAt - (30 * 86400) - 1 }));
        Assert.Equal("filing-expired", Code(enterprise.Filing(OfficersStation.AnnualReport(own)) with { IssuedAt = report.IssuedAt + 301 }));
        Assert.Equal("filing-type", Code(enterprise.Filing(OfficersStation.Issuance(7))));
        Assert.Equal("filing-type", Code(enterprise.Filing(OfficersStation.Standing("revocation", own))));
        Assert.Equal("type-differs", Code(enterprise.Filing(OfficersStation.AnnualReport(own)) with { Matter = "amendment" }));
        Assert.Equal("filing-holder", Code(enterprise.Filing(OfficersStation.AnnualReport(other))));
        Assert.Equal("text-forbidden", Code(Raw(amendment.Replace("商贸", "商\u202e贸", StringComparison.Ordinal))));
        Assert.Equal("text-forbidden", Code(Raw(amendment.Replace("商贸", "商\\u0000贸", StringComparison.Ordinal))));
        Assert.Equal("field-not-allowed", Code(Raw(amendment.Insert(1, "\"representative\":{\"identityNumber\":\"11010519491231002X\"},"))));
        Assert.Equal("field-not-allowed", Code(Raw(amendment.Insert(1, "\"draft\":true,"))));
        Assert.Equal("malformed", Code(Raw(amendment.Insert(1, "\"type\":\"amendment\","))));
        Assert.Equal("malformed", Code(Raw(string.Concat(Enumerable.Repeat("[", 60_000)))));
        Report(MatterType.LossReport);
        Assert.Equal("filing-certificate", Code(enterprise.Filing(OfficersStation.AnnualReport(own))));

        Assert.Equal(0, _counter.Scalar("SELECT count(*) FROM filings WHERE content IS NOT NULL OR file IS NOT NULL"));
        Assert.Equal(14, new FilingActs(_counter.Register, _counter.Settings, _counter.Authority, _counter.Clock).List(FiledState.Refused, [1], 0, 100).Count);
        Assert.Equal(14, new AuditLog(_counter.Register, _counter.Clock).Read(0, 1000).Count(entry => entry.Act == "take-filing"));

        Filing Raw(string json) => enterprise.Filing(new { type = "amendment" }) with { Content = Encoding.UTF8.GetBytes(json) };

        string? Code(Filing filing)
        {
            FilingEnterprise.Put(_counter, enterprise.Signed(filing));
            var outcome = Assert.Single(desk.Run());
            Assert.NotNull(outcome.Filing);
            return outcome.Refusal?.Code;
        }

        void Report(MatterType type) => _counter.Apply(Counter.About(enterprise.Certificate, type));
    }

    [Fact]
    public void One_filing_that_cannot_be_taken_stays_and_keeps_no_other_waiting()
    {
        using var enterprise = new FilingEnterprise(_counter, 1);
        var own = enterprise.License.Number.ToString();
        var settings = _counter.Settings;
        // An office that the configuration has lost: its name is on the face of an amendment.
        _counter.Settings = settings with { Offices = new Dictionary<int, Core.Trust.BilingualText> { [2] = settings.Offices[2] } };
        var stuck = FilingEnterprise.Put(_counter, enterprise.Signed(OfficersStation.Amendment("amendment", 1, own)));
        FilingEnterprise.Put(_counter, enterprise.Signed(OfficersStation.AnnualReport(own)));

        var outcomes = FilingEnterprise.Desk(_counter).Run();

        Assert.Equal(["internal-error", null], outcomes.Select(outcome => outcome.Refusal?.Code).OrderDescending());
        Assert.Equal([stuck], Directory.GetFiles(FilingEnterprise.Inbox(_counter)));
        _counter.Settings = settings;
        Assert.NotNull(Assert.Single(FilingEnterprise.Desk(_counter).Run()).Filing);
    }

    [Fact]
    public void A_filing_counts_once_and_a_certificate_files_twenty_times_a_day()
    {
        using var enterprise = new FilingEnterprise(_counter, 1);
        var own = enterprise.License.Number.ToString();
        var desk = FilingEnterprise.Desk(_counter);
        var first = enterprise.Filing(OfficersStation.AnnualReport(own));
        var file = enterprise.Signed(first);
        Assert.Equal(1, Take(file).Filing);

        Assert.Equal((null, null), (Take(file).Filing, Take(file).Refusal?.Code));
        // ECDSA signs the same once more with another signature: another file, the same filing.
        Assert.Equal((null, "filing-repeated"), Traced(Take(enterprise.Signed(first))));
        Assert.Equal((null, "filing-repeated"), Traced(Take(enterprise.Signed(enterprise.Filing(OfficersStation.AnnualReport(own)) with { Nonce = first.Nonce }))));
        for (var i = 2; i <= FilingDesk.MostADay; i++)
            Assert.Equal(i, Take(enterprise.Signed(OfficersStation.AnnualReport(own))).Filing);
        Assert.Equal((null, "filing-limit"), Traced(Take(enterprise.Signed(OfficersStation.AnnualReport(own)))));
        _counter.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(21, Take(enterprise.Signed(OfficersStation.AnnualReport(own))).Filing);

        FilingOutcome Take(byte[] filed)
        {
            FilingEnterprise.Put(_counter, filed);
            return Assert.Single(desk.Run());
        }

        static (long?, string?) Traced(FilingOutcome outcome) => (outcome.Filing, outcome.Refusal?.Code);
    }
}

public sealed class HostileFilingsOnSqliteTests() : HostileFilingsTests(EmbeddedDatabases.Instance);

public sealed class HostileFilingsOnPostgresTests(PostgresCluster cluster) : HostileFilingsTests(cluster);
