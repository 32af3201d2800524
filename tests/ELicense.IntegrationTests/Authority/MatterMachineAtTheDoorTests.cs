using System.Globalization;
using System.Net;
using System.Text.Json;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Every event in every state through the door: what MatterMachine.Arrows has, which docs/matters.md states, happens; all else is a conflict and changes nothing.</summary>
public abstract class MatterMachineAtTheDoorTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Applications = "/api/v1/applications";

    private readonly FaultySigningKey _key = new(SoftwareSigningKey.Generate(Suite.Es256));
    private OfficersStation _station = null!;
    private EnterpriseCertificate _certificate = null!;
    private int _enterprises;
    private DateTimeOffset _beforeAnything;
    private DateTimeOffset? _rightTime;

    public async ValueTask InitializeAsync()
    {
        _station = await OfficersStation.StartAsync(license: _key, databases: databases);
        _station.Enrol("approver2", 1, new RoleGrant(OfficerRole.Approver, 1));
        _beforeAnything = _station.Now - TimeSpan.FromHours(1);
        _certificate = _station.Certify(await _station.LicenseAsync(++_enterprises));
    }

    public async ValueTask DisposeAsync()
    {
        await _station.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [InlineData(MatterState.Applied)]
    [InlineData(MatterState.Approved)]
    [InlineData(MatterState.Done)]
    [InlineData(MatterState.Refused)]
    [InlineData(MatterState.Draft)]
    [InlineData(MatterState.Returned)]
    [InlineData(MatterState.Rejected)]
    [InlineData(MatterState.Lapsed)]
    public async Task In_this_state_each_event_does_what_the_table_says(MatterState from)
    {
        // What has no arrow from anywhere but the beginning, Draft, is a call without a matter.
        foreach (var happens in Enum.GetValues<MatterEvent>().Except([MatterEvent.Draft]))
        {
            var matter = await MatterInAsync(from, happens);
            var arrow = Arrow(from, happens, matter);

            var answer = await TryAsync(matter, happens);

            Assert.Equal((from, happens, arrow?.To ?? from), (from, happens, await StateAsync(matter)));
            Assert.Equal((from, happens, IsACall(happens) && arrow is null ? "state-conflict" : null), (from, happens, answer));
        }
    }

    [Fact]
    public async Task A_matter_begins_as_a_draft_or_submitted()
    {
        var starts = MatterMachine.Arrows.Where(arrow => arrow.From is null).ToDictionary(arrow => arrow.Event, arrow => arrow.To);

        Assert.Equal(starts[MatterEvent.Draft], await StateAsync(await DraftAsync()));
        Assert.Equal(starts[MatterEvent.Submit], await StateAsync(await ApplyAsync(OfficersStation.Issuance(++_enterprises))));
    }

    [Fact]
    public async Task A_loss_report_that_nobody_confirmed_in_time_lapses_by_itself()
    {
        var report = await LossReportAsync();
        _station.Counter.Clock.Now += TimeSpan.FromMinutes(1);
        var later = await LossReportAsync(_station.Certify(await _station.LicenseAsync(++_enterprises)));

        _station.Counter.Clock.Now += TimeSpan.FromHours(72) - TimeSpan.FromMinutes(1);
        await Eventually.IsAsync(async () => await StateAsync(report) == MatterState.Lapsed);

        Assert.Equal(MatterState.Applied, await StateAsync(later));
        Assert.Equal(Standing.Valid, _station.Counter.Authority.Certificates.Find(_certificate.MatterId)!.Standing);
    }

    private static bool IsACall(MatterEvent happens) => happens is not (MatterEvent.CarryOut or MatterEvent.Refuse or MatterEvent.Lapse);

    private static MatterArrow? Arrow(MatterState from, MatterEvent happens, JsonElement matter)
    {
        var type = matter.GetProperty("type").GetString() == "loss-report" ? MatterType.LossReport : MatterType.Issuance;
        return MatterMachine.Arrows.SingleOrDefault(arrow => arrow.From == from && arrow.Event == happens && (arrow.Only ?? type) == type);
    }

    private async Task<JsonElement> MatterInAsync(MatterState state, MatterEvent happens)
    {
        _key.ThrowAlways = false;
        Pass(TimeSpan.Zero);
        if (state is MatterState.Draft)
            return await DraftAsync();
        if (state is MatterState.Lapsed)
            return await LapsedAsync();

        // A term that ends today is what a rule forbids tomorrow.
        var today = DateOnly.FromDateTime(_station.Now.UtcDateTime.AddHours(8)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var isToBeRefused = state == MatterState.Refused || happens == MatterEvent.Refuse;
        var matter = await ApplyAsync(OfficersStation.Issuance(++_enterprises, isToBeRefused ? today : null));
        switch (state)
        {
            case MatterState.Returned or MatterState.Rejected:
                Assert.Null(await TryAsync(matter, state == MatterState.Returned ? MatterEvent.Return : MatterEvent.Reject));
                break;
            case MatterState.Approved or MatterState.Refused:
                await ApproveWaitingAsync("approver", matter);
                if (state == MatterState.Refused)
                    await TryAsync(matter, MatterEvent.Refuse);
                break;
            case MatterState.Done:
                Assert.Equal(HttpStatusCode.OK, (await OfficersStation.ApproveAsync(_station.As("approver"), matter)).Status);
                break;
        }

        Assert.Equal(state, await StateAsync(matter));
        return matter;
    }

    /// <returns>The code of the refusal; null: it happened, or nobody was asked.</returns>
    private async Task<string?> TryAsync(JsonElement matter, MatterEvent happens)
    {
        switch (happens)
        {
            case MatterEvent.Edit:
                return await PostAsync("clerk", matter, "edit", new { contentHash = Hash(matter), application = OfficersStation.Issuance(++_enterprises) });
            case MatterEvent.Submit:
                return await PostAsync("clerk", matter, "submission", new { contentHash = Hash(matter) });
            case MatterEvent.Return:
                return await PostAsync("approver2", matter, "return", new { contentHash = Hash(matter), ground = "住所证明不全" });
            case MatterEvent.Reject:
                return await PostAsync("approver2", matter, "rejection", new { contentHash = Hash(matter), ground = "名称与已登记的相同" });
            case MatterEvent.Approve:
                return await ApproveWaitingAsync("approver2", matter);
            case MatterEvent.Lapse:
                // What is approved goes on waiting, for the token.
                _key.ThrowAlways = true;
                await LapsedAsync();
                return null;
            default:
                // The authority's own work takes what waits in order: when a later matter is through, this one was looked at.
                var waiting = await ApplyAsync(OfficersStation.Issuance(++_enterprises));
                Assert.Null(await ApproveWaitingAsync("approver", waiting));
                Pass(happens == MatterEvent.Refuse ? TimeSpan.FromDays(1) : TimeSpan.Zero);
                await Eventually.IsAsync(async () => await StateAsync(waiting) == MatterState.Done);
                return null;
        }
    }

    /// <summary>All loss reports that are due lapse together: when this one has, the others have.</summary>
    private async Task<JsonElement> LapsedAsync()
    {
        Pass(TimeSpan.Zero);
        var report = await LossReportAsync();
        Pass(TimeSpan.FromHours(72));
        await Eventually.IsAsync(async () => await StateAsync(report) == MatterState.Lapsed);
        return report;
    }

    /// <summary>Approved while the clock stands before what was signed: nothing is carried out until it is right again.</summary>
    /// <returns>Null when it was approved and waits.</returns>
    private async Task<string?> ApproveWaitingAsync(string person, JsonElement matter)
    {
        _rightTime ??= _station.Now;
        _station.Counter.Clock.Now = _beforeAnything;
        var (_, problem) = await OfficersStation.ApproveAsync(_station.As(person), matter);
        return OfficersStation.Code(problem) is var code && code == "clock-backwards" ? null : code;
    }

    /// <summary>Sets the clock right, and on.</summary>
    private void Pass(TimeSpan time)
    {
        _station.Counter.Clock.Now = (_rightTime ?? _station.Now) + time;
        _rightTime = null;
    }

    private async Task<JsonElement> DraftAsync()
    {
        dynamic issuance = OfficersStation.Issuance(++_enterprises);
        return await ApplyAsync(new { type = "issuance", enterprise = issuance.enterprise, draft = true });
    }

    private Task<JsonElement> LossReportAsync(EnterpriseCertificate? certificate = null) => ApplyAsync(OfficersStation.Certificate("loss-report", certificate ?? _certificate));

    private async Task<JsonElement> ApplyAsync(object application)
    {
        var (status, matter) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, application);
        Assert.Equal(HttpStatusCode.Created, status);
        return matter;
    }

    private async Task<string?> PostAsync(string person, JsonElement matter, string path, object body)
    {
        var (status, answer) = await OfficersStation.PostAsync(_station.As(person), $"{Applications}/{matter.GetProperty("id")}/{path}", body);
        return status == HttpStatusCode.OK ? null : OfficersStation.Code(answer);
    }

    private async Task<MatterState> StateAsync(JsonElement matter)
    {
        var (_, now) = await OfficersStation.GetAsync(_station.As("clerk"), $"{Applications}/{matter.GetProperty("id")}");
        return Enum.Parse<MatterState>(now.GetProperty("state").GetString()!, ignoreCase: true);
    }

    private static string? Hash(JsonElement matter) => matter.GetProperty("contentHash").GetString();
}

public sealed class MatterMachineAtTheDoorOnSqliteTests() : MatterMachineAtTheDoorTests(EmbeddedDatabases.Instance);

public sealed class MatterMachineAtTheDoorOnPostgresTests(PostgresCluster cluster) : MatterMachineAtTheDoorTests(cluster);
