using ELicense.Authority;
using ELicense.Cli.Development;
using ELicense.Core.Trust;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Batches;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.People;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Hosting;

/// <summary>The authority's side of an installation: keys on their tokens, register, publisher, the officers' door. Owns them all.</summary>
internal sealed class AuthorityZone : IAsyncDisposable
{
    private readonly FileStream _inUse;
    private readonly AuthorityHierarchy _hierarchy;
    private readonly Register _register;
    private readonly AuthorityKeys _keys;
    private readonly CancellationTokenSource _stop = new();
    private Task _publishing = Task.CompletedTask;
    private OfficersHost? _door;

    private AuthorityZone(
        FileStream inUse, DataFolder data, Configuration configuration, AuthorityHierarchy hierarchy, Uri publicAddress, TimeProvider clock)
    {
        _inUse = inUse;
        _hierarchy = hierarchy;
        _keys = hierarchy.ServiceKeys(publicAddress);
        _register = configuration.OpenRegister(data);
        Door = configuration.Door;
        Offices = hierarchy.Offices.ToDictionary(office => office.Number, office => new BilingualText(office.Chinese, office.English));
        var settings = AuthoritySettings.From(hierarchy.Card, Offices, publicAddress, data.Publication, data.AuthorityHighWater) with
        {
            AnchorAuditEvery = TimeSpan.FromMinutes(1),
            Deadlines = configuration.DeadlineSettings(),
            ClockGap = configuration.ClockGap,
            RevocationLists = configuration.RevocationListPeriods(),
        };
        Licensing = new LicensingAuthority(_register, settings, _keys, clock);
        Batches = new RegisterBatches(_register, settings, Licensing, clock);
        Deadlines = new MatterDeadlines(_register, settings.Deadlines, clock);
        PersonKey = BlackListConfiguration.PersonKey(configuration.BlackList, data);
        ExchangePeers = BlackListConfiguration.Peers(configuration.BlackList);
        BlackList = new BlackList(_register, PersonKey, clock);
        // A hierarchy without an exchange key publishes no list, without an answer key no answers.
        var exchange = hierarchy.Find(KeyRole.Exchange);
        var answer = hierarchy.Find(KeyRole.Answer);
        Publisher = new Publisher(_register, settings, _keys, clock)
        {
            Exchange = exchange is null ? null : new PublishedExchange(settings, BlackList, exchange),
            Answers = answer is null ? null : new PublishedAnswers(settings, _register, answer),
        };
        var tree = new OfficeTree(hierarchy.Offices.ToDictionary(office => office.Number, office => office.Parent));
        People = new AuthorityPeople(_register, tree, clock);
        PeopleChanges = new PeopleChanges(_register, tree, clock);
        BlackListChanges = new BlackListChanges(_register, tree, clock);
        AnsweredCalls = new AnsweredCalls(_register, clock);
        Trail = new AuditLog(_register, clock);
        ClockConfirmation = new ClockConfirmation(_register, settings, clock);
        DelegateDesk = new DelegateDesk(
            new DelegateSettings(data.Inbox, data.Publication, () => DelegateConfiguration.Named(configuration.Delegates, data), TimeSpan.FromDays(14)), [.. _keys.EnterpriseCas, .. _keys.OfficersCas],
            () => _hierarchy.Card, Trail, ClockConfirmation);
        Filings = new FilingActs(_register, settings, Licensing, clock);
        FilingDesk = new FilingDesk(
            new FilingSettings(data.Inbox, () => _hierarchy.Trust, () => DelegateConfiguration.Named(configuration.Delegates, data), FilingContents.Reader(Offices, PersonKey, clock)),
            settings, _register, ClockConfirmation);
        People.SetUp(hierarchy.People);
    }

    public DoorConfiguration? Door { get; }

    public LicensingAuthority Licensing { get; }

    public AuthorityKeys Keys => _keys;

    public RegisterBatches Batches { get; }

    public MatterDeadlines Deadlines { get; }

    public Publisher Publisher { get; }

    public AuthorityPeople People { get; }

    public PeopleChanges PeopleChanges { get; }

    public BlackList BlackList { get; }

    public BlackListChanges BlackListChanges { get; }

    public ExchangePeers ExchangePeers { get; }

    public PersonMarkKey PersonKey { get; }

    public AnsweredCalls AnsweredCalls { get; }

    public AuditLog Trail { get; }

    public ClockConfirmation ClockConfirmation { get; }

    public DelegateDesk DelegateDesk { get; }

    public FilingActs Filings { get; }

    public FilingDesk FilingDesk { get; }

    public IReadOnlyDictionary<int, BilingualText> Offices { get; }

    public TrustAnchor Anchor => TrustAnchor.Fingerprint(_hierarchy.RootFingerprint);

    public AuthorityHierarchy Hierarchy => _hierarchy;

    /// <summary>Opens the folder's authority, making a development hierarchy when it has none, publishes its trust data, and finishes what a killed process left.</summary>
    public static async Task<AuthorityZone> OpenAsync(
        DataFolder data, Configuration configuration, Uri publicAddress, TimeProvider clock, CancellationToken cancellation)
    {
        var inUse = data.Claim();
        var hierarchy = configuration.Authority is { } earnest
            ? ProductionHierarchy.Open(earnest, clock.GetUtcNow())
            : DevelopmentHierarchy.OpenOrCreate(data, publicAddress, clock);
        var zone = new AuthorityZone(inUse, data, configuration, hierarchy, publicAddress, clock);
        try
        {
            zone.PublishTrust(data, clock.GetUtcNow());
            zone.Licensing.FinishPending(_ => { });
            // The door must open for the confirmation; nothing is signed until then.
            if (zone.ClockConfirmation.Read().Refusal is { Code: Core.Codes.ClockGap } gap)
                await Console.Error.WriteLineAsync($"elicense: nothing is signed: {gap.Detail} [{gap.Code}]");
            else
                await zone.PublishAsync(cancellation);
            return zone;
        }
        catch
        {
            await zone.DisposeAsync();
            throw;
        }
    }

    /// <summary>One round now; a register that does not extend what is published is refused.</summary>
    public async Task<Core.Log.Checkpoint> PublishAsync(CancellationToken cancellation)
    {
        var result = await Publisher.PublishAsync(cancellation);
        return result.Refusal is { } refusal
            ? throw new CommandException(refusal.Code, $"Not published: {refusal.Detail}", ExitCodes.Failed)
            : result.Checkpoint!;
    }

    /// <summary>Opens the officers' door, until disposed.</summary>
    public async Task OpenDoorAsync(PortBlock ports, Uri publicAddress, TimeProvider clock, CancellationToken cancellation) =>
        _door = await OfficersHost.StartAsync(this, ports, publicAddress, clock, cancellation);

    /// <summary>Publishes after each change and at least each minute, carries out approved batches, certifies delegates and takes filings, until disposed.</summary>
    public void KeepPublishing() => _publishing = Task.WhenAll(
        Task.Run(() => Publisher.RunAsync(Report, _stop.Token)), Task.Run(() => Batches.RunAsync(TimeSpan.FromMinutes(1), Report, _stop.Token)),
        Task.Run(() => DelegateDesk.RunAsync(Report, Report, _stop.Token)), Task.Run(() => FilingDesk.RunAsync(Report, Waits, _stop.Token)));

    private static void Report(FilingOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            Console.Error.WriteLine($"elicense: filing {outcome.File}: {refusal.Detail} [{refusal.Code}]");
    }

    private static void Waits(Exception failed) => Console.Error.WriteLine($"elicense: filings wait: {failed.Message}");

    private static void Report(DelegateOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            Console.Error.WriteLine($"elicense: request {outcome.Request}: {refusal.Detail} [{refusal.Code}]");
    }

    private static void Report(Exception failed) => Console.Error.WriteLine($"elicense: requests of delegates wait: {failed.Message}");

    private static void Report(long batch, Exception failed) => Console.Error.WriteLine($"elicense: batch {batch} waits: {failed.Message}");

    private static void Report(PublishResult result)
    {
        if (result.Refusal is { } refusal)
            Console.Error.WriteLine($"elicense: not published: {refusal.Detail} [{refusal.Code}]");
    }

    public async ValueTask DisposeAsync()
    {
        if (_door is not null)
            await _door.DisposeAsync();
        await _stop.CancelAsync();
        try
        {
            await _publishing;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The loop was told to end.
        }

        Batches.Dispose();
        Publisher.Dispose();
        _register.Dispose();
        _hierarchy.Dispose();
        _stop.Dispose();
        await _inUse.DisposeAsync();
    }

    private void PublishTrust(DataFolder data, DateTimeOffset now)
    {
        var trust = new TrustPublisher(data.Publication, Anchor);
        if (!trust.TryPublish(_hierarchy.Trust.Jws, now, out var refusal))
            throw new CommandException(refusal.Code, $"Trust card not published: {refusal.Detail}", ExitCodes.Failed);
        foreach (var rootList in _hierarchy.RootLists)
        {
            if (!trust.TryPublishRootList(rootList, _hierarchy.Card, out refusal))
                throw new CommandException(refusal.Code, $"The root's CRL is not published: {refusal.Detail}", ExitCodes.Failed);
        }

        if (ClockConfirmation.Read().Refusal is not null)
            return;
        trust.PublishOffices(
            new OfficeDirectory(_hierarchy.Card.Version, now.ToUnixTimeSeconds(), _hierarchy.Card.AuthorityNumber, Offices), _keys.Status);
    }
}
