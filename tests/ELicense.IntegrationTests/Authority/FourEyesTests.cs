using System.Data.Common;
using System.Net;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>One person with every role and two certificates: nothing passes but the loss report.</summary>
[Trait("Fault", "24")]
public abstract class FourEyesTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Applications = "/api/v1/applications";

    private OfficersStation _station = null!;
    private HttpClient _alone = null!;
    private HttpClient _aloneAgain = null!;

    public async ValueTask InitializeAsync()
    {
        _station = await OfficersStation.StartAsync(databases: databases);
        _station.Enrol("alone", 1, [.. Enum.GetValues<OfficerRole>().Select(role => new RoleGrant(role, 1))]);
        var second = _station.Certificate("somebody else");
        _station.AddCertificate("alone", second);
        (_alone, _aloneAgain) = (_station.As("alone"), _station.Client(second));
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task No_type_of_matter_passes_with_one_person_alone_and_a_loss_report_stands()
    {
        foreach (var type in Enum.GetValues<MatterType>())
        {
            var number = (int)type;
            var license = type == MatterType.Issuance ? "" : await _station.LicenseAsync(number);
            if (type == MatterType.Resumption)
                await _station.CarryOutAsync(OfficersStation.Standing("suspension", license));
            var certificate = type is MatterType.LossReport or MatterType.Replacement ? _station.Certify(license) : null;
            // A loss report alone is in force at once: the certificate is on hold.
            var after = await LogSizeAsync() + (type == MatterType.LossReport ? 1 : 0);

            var (applied, matter) = await OfficersStation.PostAsync(_alone, Applications, Application(type, number, license, certificate!));
            Assert.Equal((type, HttpStatusCode.Created), (type, applied));
            foreach (var decision in (string[])["approval", "return", "rejection"])
            {
                foreach (var client in (HttpClient[])[_alone, _aloneAgain])
                {
                    object seen = decision == "approval" ? new { contentHash = Hash(matter) } : new { contentHash = Hash(matter), ground = "不符" };
                    var (status, problem) = await OfficersStation.PostAsync(client, $"{Applications}/{matter.GetProperty("id")}/{decision}", seen);
                    Assert.Equal((type, decision, HttpStatusCode.Forbidden, "same-person"), (type, decision, status, OfficersStation.Code(problem)));
                }
            }

            Assert.Equal((type, after), (type, await LogSizeAsync()));
            if (type != MatterType.Issuance)
            {
                var events = (await OfficersStation.GetAsync(_alone, "/api/v1/register/" + license)).Body.GetProperty("events");
                Assert.Equal((type, type == MatterType.LossReport), (type, events.EnumerateArray().Any(happened => happened.GetProperty("applicant").GetString() == "alone")));
            }
        }
    }

    [Fact]
    public async Task The_database_itself_refuses_an_approval_by_the_applicant()
    {
        await OfficersStation.PostAsync(_alone, Applications, OfficersStation.Issuance(1));

        Assert.ThrowsAny<DbException>(() => _station.Counter.Sql("UPDATE matters SET state = 2, approver = applicant, approved_ms = 1"));
    }

    [Fact]
    public async Task Two_approvers_at_once_lead_to_one_license()
    {
        _station.Enrol("approver2", 1, new RoleGrant(OfficerRole.Approver, 1));
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1));

        var answers = await Task.WhenAll(
            OfficersStation.ApproveAsync(_station.As("approver"), applied), OfficersStation.ApproveAsync(_station.As("approver2"), applied));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
        Assert.Equal(1, _station.Counter.Scalar("SELECT count(*) FROM licenses"));
        Assert.Equal(["ok", "state-conflict"], _station.Trail.Read(0, 100).Where(entry => entry.Act == "approve").Select(entry => entry.Result));
    }

    private async Task<long> LogSizeAsync() => await Task.Run(() => _station.Counter.Scalar("SELECT log_size FROM head"));

    private static object Application(MatterType type, int number, string license, EnterpriseCertificate certificate) => type switch
    {
        MatterType.Issuance => OfficersStation.Issuance(number),
        MatterType.Amendment => OfficersStation.Amendment("amendment", number, license),
        MatterType.Renewal => OfficersStation.Amendment("renewal", number, license),
        MatterType.AnnualReport => OfficersStation.AnnualReport(license),
        MatterType.LossReport => OfficersStation.Certificate("loss-report", certificate),
        MatterType.Replacement => OfficersStation.Certificate("replacement", certificate),
        _ => OfficersStation.Standing(type.ToString().ToLowerInvariant(), license),
    };

    private static string? Hash(JsonElement matter) => matter.GetProperty("contentHash").GetString();
}

public sealed class FourEyesOnSqliteTests() : FourEyesTests(EmbeddedDatabases.Instance);

public sealed class FourEyesOnPostgresTests(PostgresCluster cluster) : FourEyesTests(cluster);
