using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class AmendmentTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void An_amendment_gives_the_same_number_the_next_version_and_a_place_of_its_own()
    {
        var former = _counter.Issue(1);

        var amended = _counter.Amend(former, 1);

        Assert.Equal((former.Number, 2, former.List, 1), (amended.Number, amended.Version, amended.List, amended.Index));
        Assert.StartsWith("1.2.156.3005.2.11100000MB0143028R001.11440100000000000A.44010000000001.002.", amended.Identifier.ToString(), StringComparison.Ordinal);
        Assert.True(LicenseFile.TryDecode(amended.File, out var file, out _));
        Assert.True(LicenseDocument.TryDecode(file.Document, out var document, out _));
        Assert.Equal("示例市新路1号", document.Face.Address);
        Assert.Equal(2, _counter.Authority.FindLicense(Enterprise.Code(1))!.Newest.Version);
    }

    [Fact]
    public void The_log_has_the_new_version_before_the_old_one_is_superseded_at_the_same_time()
    {
        _counter.Amend(_counter.Issue(1), 1);

        var entries = _counter.LogEntries();

        Assert.Equal([LogEntryKind.LicenseIssued, LogEntryKind.LicenseIssued, LogEntryKind.LicenseStatus], entries.Select(entry => entry.Kind));
        Assert.Equal((1, Standing.Valid), (entries[1].Index, entries[1].Standing));
        Assert.Equal((0, Standing.Superseded, 30), (entries[2].Index, entries[2].Standing, entries[2].Reason));
        Assert.Equal(entries[1].TimeMs, entries[2].TimeMs);
    }

    [Fact]
    public void A_chunk_of_issuances_and_amendments_is_carried_out_in_order()
    {
        var licenses = Enumerable.Range(1, 3).Select(_counter.Issue).ToList();
        var approved = licenses.Select((license, i) => _counter.Approve(_counter.Apply(Enterprise.Amendment(license, i + 1)))).Concat(_counter.Approved(4, 2)).ToList();

        var results = _counter.Authority.CarryOut(approved);

        Assert.Equal([(1, 2), (2, 2), (3, 2), (4, 1), (5, 1)], results.Select(result => ((int)result.License!.Number.Serial, result.License.Version)));
        Assert.Equal([3, 5, 7, 9, 10], results.Select(result => (int)result.License!.LogPosition));
    }

    [Fact]
    public void Another_enterprises_code_is_refused()
    {
        var license = _counter.Issue(1);

        Assert.Equal(Codes.CreditCodeDiffers, Refused(Enterprise.Amendment(license, 2)));
    }

    [Fact]
    public void A_version_that_has_moved_on_is_refused()
    {
        var former = _counter.Issue(1);
        _counter.Amend(former, 1);

        Assert.Equal(Codes.VersionMoved, Refused(Enterprise.Amendment(former, 1)));
    }

    [Theory]
    [InlineData(MatterType.Suspension)]
    [InlineData(MatterType.Revocation)]
    [InlineData(MatterType.Cancellation)]
    public void A_license_that_is_not_valid_is_not_amended(MatterType change)
    {
        var license = _counter.Issue(1);
        _counter.Change(change, license);

        Assert.Equal(Codes.TransitionRefused, Refused(Enterprise.Amendment(license, 1)));
    }

    [Fact]
    public void One_amendment_of_a_license_is_open_at_a_time()
    {
        var license = _counter.Issue(1);
        var first = _counter.Apply(Enterprise.Amendment(license, 1));

        Assert.Equal(Codes.DuplicateCode, Refused(Enterprise.Amendment(license, Enterprise.Draft(1) with { LegalRepresentative = "别人" })));
        Assert.Equal(first.Id, _counter.Apply(Enterprise.Amendment(license, 1)).Id);
    }

    [Fact]
    public void A_license_revoked_between_signing_and_logging_gets_no_new_version()
    {
        var license = _counter.Issue(1);
        var amendment = _counter.Approve(_counter.Apply(Enterprise.Amendment(license, 1)));
        var cycle = _counter.IssueLicense;
        var chunk = cycle.Reread([amendment.Id]);
        cycle.Prepare(chunk);
        cycle.Sign(chunk);
        _counter.Change(MatterType.Revocation, license);

        cycle.Log(chunk);
        var result = cycle.Release(chunk)[0];

        Assert.Equal((MatterState.Refused, Codes.TransitionRefused), (result.State, result.Refusal!.Value.Code));
        Assert.Equal([Standing.Revoked], _counter.Standings());
        Assert.Equal(1, _counter.Authority.FindLicense(license.Number)!.Newest.Version);
        Assert.Equal(2, _counter.Authority.Counts().LogSize);
    }

    [Fact]
    public void A_number_that_was_signed_and_never_released_is_not_given_again()
    {
        var license = _counter.Issue(1);
        var amendment = _counter.Approve(_counter.Apply(Enterprise.Amendment(license, 1)));
        var cycle = _counter.IssueLicense;
        var chunk = cycle.Reread([amendment.Id]);
        cycle.Prepare(chunk);
        _counter.Change(MatterType.Suspension, license);
        cycle.Sign(chunk);
        cycle.Log(chunk);
        _counter.Change(MatterType.Resumption, license);

        Assert.Equal(3, _counter.Amend(license, 1).Version);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_amendment_killed_after_a_step_is_finished_by_the_next_start(int step)
    {
        var license = _counter.Issue(1);
        var approved = _counter.Approve(_counter.Apply(Enterprise.Amendment(license, 1)));
        var cycle = _counter.IssueLicense;
        var chunk = cycle.Reread([approved.Id]);
        cycle.Prepare(chunk);
        if (step == 3)
            cycle.Sign(chunk);
        _counter.Reopen();

        var results = new List<CarryOutResult>();
        _counter.Authority.FinishPending(results.Add);

        Assert.Equal((MatterState.Done, 2), (results.Single().State, results[0].License!.Version));
        Assert.Equal([Standing.Superseded, Standing.Valid], _counter.Standings());
    }

    [Fact]
    public void A_renewal_extends_the_term_and_says_so_in_the_log()
    {
        var draft = Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2026-12-31" };
        var license = _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(Enterprise.Issuance(draft)))])[0].License!;

        var renewal = Enterprise.Amendment(license, draft with { TermTo = "2036-12-31" }, MatterType.Renewal);
        var renewed = _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(renewal))])[0].License!;

        Assert.Equal(2, renewed.Version);
        Assert.Equal(31, _counter.LogEntries()[^1].Reason);
    }

    [Theory]
    [InlineData("示例市新路1号", "2026-12-31")]
    [InlineData("示例市示例路1号", "2026-12-30")]
    public void A_renewal_neither_changes_the_face_nor_shortens_the_term(string address, string termTo)
    {
        var draft = Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2026-12-31" };
        var license = _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(Enterprise.Issuance(draft)))])[0].License!;

        Assert.Equal(Codes.RenewalDiffers, Refused(Enterprise.Amendment(license, draft with { Address = address, TermTo = termTo }, MatterType.Renewal)));
    }

    [Theory]
    [InlineData(MatterType.Amendment, 31)]
    [InlineData(MatterType.Renewal, 30)]
    [InlineData(MatterType.Amendment, 40)]
    public void The_reason_is_one_for_the_type(MatterType type, int reason)
    {
        var license = _counter.Issue(1);

        Assert.Equal(Codes.ReasonUnknown, Refused(Enterprise.Amendment(license, Enterprise.Draft(1), type, reason)));
    }

    private string Refused(MatterContent content)
    {
        Assert.False(_counter.Authority.TryApply(Counter.Clerk, content, out _, out var refusal));
        return refusal.Code;
    }
}

public sealed class AmendmentOnSqliteTests() : AmendmentTests(EmbeddedDatabases.Instance);

public sealed class AmendmentOnPostgresTests(PostgresCluster cluster) : AmendmentTests(cluster);
