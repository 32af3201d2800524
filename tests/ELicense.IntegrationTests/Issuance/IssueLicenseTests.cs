using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class IssueLicenseTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void An_approved_matter_becomes_a_license_with_number_identifier_token_and_file()
    {
        var license = _counter.Issue(1);

        Assert.Equal("4401-0000000001", license.Number.ToString());
        Assert.StartsWith("1.2.156.3005.2.11100000MB0143028R001.11440100000000000A.44010000000001.001.", license.Identifier.ToString(), StringComparison.Ordinal);
        Assert.Equal((3, 0, 0L), (license.List, license.Index, license.LogPosition));
        Assert.True(CoseSign1.TryDecode(license.Token, LicenseToken.MaxBytes, out var token, out _));
        Assert.True(token.IsSignedBy(_counter.Keys.License.PublicKey));
        Assert.True(LicenseFile.TryDecode(license.File, out var file, out _));
        Assert.Equal(license.Token.ToArray(), file.Token.ToArray());
        Assert.True(LicenseToken.TryDecodeClaims(token.Payload, out var claims, out _));
        Assert.Equal(Digest.Of(file.Document.Span), claims.DocumentDigest);
        Assert.True(LicenseDocument.TryDecode(file.Document, out var document, out _));
        Assert.Equal("示例1号商贸有限公司", document.Face.Name);
    }

    [Fact]
    public void The_log_entry_names_the_digest_of_the_signed_bytes()
    {
        var license = _counter.Issue(1);

        Assert.True(CoseSign1.TryDecode(license.Token, LicenseToken.MaxBytes, out var token, out _));
        var bytes = _counter.Database.Bytes("SELECT entry FROM log_entries WHERE position = 0");
        Assert.True(LogEntry.TryDecode(bytes, out var entry, out _));
        Assert.Equal(Digest.Of(token.SigStructure()), entry.Digest);
        Assert.Equal((LogEntryKind.LicenseIssued, Standing.Valid, 3, 0), (entry.Kind, entry.Standing, entry.List, entry.Index));
        Assert.Equal(new EnterpriseSubject(Enterprise.Code(1)), entry.Subject);
    }

    [Fact]
    public void A_term_ends_after_24_o_clock_of_its_last_day_in_China()
    {
        var content = Enterprise.Issuance(Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2030-04-30" });
        var license = _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(content))])[0].License!;

        Assert.True(CoseSign1.TryDecode(license.Token, LicenseToken.MaxBytes, out var token, out _));
        Assert.True(LicenseToken.TryDecodeClaims(token.Payload, out var claims, out _));
        Assert.Equal(DateTimeOffset.Parse("2030-04-30T16:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds(), claims.ExpiresAt);
    }

    [Fact]
    public void A_batch_over_several_chunks_numbers_serials_indexes_and_positions_without_gaps()
    {
        var results = _counter.Authority.CarryOut(_counter.Approved(1, 20));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), results.Select(result => result.License!.Number.Serial));
        Assert.Equal(Enumerable.Range(0, 20), results.Select(result => result.License!.Index));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), results.Select(result => result.License!.LogPosition));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(11)]
    [Trait("Fault", "15")]
    public void Of_a_batch_the_ineligible_row_alone_is_refused(int ineligible)
    {
        // Its term ends while the matters wait for approval.
        var contents = Enumerable.Range(0, 12).Select(i => Enterprise.Issuance(i == ineligible
            ? Enterprise.Draft(i) with { TermFrom = "2020-05-01", TermTo = "2026-11-22" }
            : Enterprise.Draft(i)));
        var approved = contents.Select(content => _counter.Approve(_counter.Apply(content))).ToList();
        _counter.Clock.Now += TimeSpan.FromDays(1);

        var results = _counter.Authority.CarryOut(approved);

        Assert.All(results.Where((_, i) => i != ineligible), result => Assert.Equal(MatterState.Done, result.State));
        Assert.Equal((MatterState.Refused, Codes.TermEnded), (results[ineligible].State, results[ineligible].Refusal!.Value.Code));
        Assert.Equal(11, _counter.Authority.Counts().Licenses);
        Assert.Equal(Codes.TermEnded, _counter.Authority.FindMatter(approved[ineligible].Id)!.Refusal!.Value.Code);
    }

    [Fact]
    public void A_matter_is_carried_out_once()
    {
        var approved = _counter.Approved(1, 1);
        _counter.Authority.CarryOut(approved);

        var again = _counter.Authority.CarryOut(approved)[0];

        Assert.Equal((MatterState.Done, Codes.StateConflict), (again.State, again.Refusal!.Value.Code));
        Assert.Equal(1, _counter.Authority.Counts().LogSize);
    }

    [Fact]
    public void A_clock_behind_the_last_signed_time_signs_nothing_until_it_is_right_again()
    {
        _counter.Issue(1);
        var approved = _counter.Approved(2, 1);
        _counter.Clock.Now -= TimeSpan.FromMinutes(5);

        var waiting = _counter.Authority.CarryOut(approved)[0];
        _counter.Clock.Now += TimeSpan.FromMinutes(6);
        var done = _counter.Authority.CarryOut(approved)[0];

        Assert.Equal((MatterState.Approved, Codes.ClockBackwards), (waiting.State, waiting.Refusal!.Value.Code));
        Assert.Equal(MatterState.Done, done.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_clock_that_is_seconds_behind_another_machines_signs_the_last_signed_time_again(int milliseconds)
    {
        var lastSigned = _counter.Clock.Now;
        _counter.Issue(1);
        var approved = _counter.Approved(2, 1);
        _counter.Clock.Now -= TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(MatterState.Done, _counter.Authority.CarryOut(approved)[0].State);

        Assert.All(_counter.LogEntries(), entry => Assert.Equal(lastSigned.ToUnixTimeMilliseconds(), entry.TimeMs));
        Assert.Equal(lastSigned.ToUnixTimeMilliseconds(), _counter.Scalar("SELECT min(last_signed_ms) FROM head"));
    }

    [Fact]
    public void A_clock_that_is_more_than_the_allowed_skew_behind_signs_nothing()
    {
        _counter.Issue(1);
        var approved = _counter.Approved(2, 1);
        _counter.Clock.Now -= TimeSpan.FromMilliseconds(5001);

        Assert.Equal(Codes.ClockBackwards, _counter.Authority.CarryOut(approved)[0].Refusal!.Value.Code);
    }

    [Fact]
    public void Indexes_beyond_the_last_list_of_the_trust_card_are_not_given()
    {
        _counter.Sql("UPDATE head SET next_status_index = 5 * 1048576 - 1");

        var results = _counter.Authority.CarryOut(_counter.Approved(1, 2));

        Assert.Equal((4, 1048575), (results[0].License!.List, results[0].License!.Index));
        Assert.Equal((MatterState.Approved, Codes.ListsFull), (results[1].State, results[1].Refusal!.Value.Code));
    }

    [Fact]
    public void Finds_a_license_by_code_and_by_number()
    {
        var license = _counter.Issue(7);

        var byCode = _counter.Authority.FindLicense(Enterprise.Code(7))!;
        var byNumber = _counter.Authority.FindLicense(license.Number)!;

        Assert.Equal(license.File.ToArray(), byCode.Newest.File.ToArray());
        Assert.Equal(license.Token.ToArray(), byNumber.Newest.Token.ToArray());
        Assert.Equal(Standing.Valid, byCode.Standing);
        Assert.Null(_counter.Authority.FindLicense(Enterprise.Code(8)));
    }

    [Fact]
    public void Signs_with_another_algorithm_when_the_license_key_has_one()
    {
        using var key = SoftwareSigningKey.Generate(Suite.Ed25519);
        using var counter = new Counter(key, databases: databases);

        Assert.True(CoseSign1.TryDecode(counter.Issue(1).Token, LicenseToken.MaxBytes, out var token, out _));

        Assert.Equal(CoseAlgorithm.EdDsa, token.Algorithm);
    }
}

public sealed class IssueLicenseOnSqliteTests() : IssueLicenseTests(EmbeddedDatabases.Instance);

public sealed class IssueLicenseOnPostgresTests(PostgresCluster cluster) : IssueLicenseTests(cluster);
