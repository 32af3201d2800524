using System.Diagnostics.Metrics;
using ELicense.Verification.Publication;

namespace ELicense.Web.Http;

/// <summary>What is measured of the publications that are followed, each named by its log's origin.</summary>
internal sealed class FollowerMetrics
{
    private readonly TimeProvider _clock;
    private readonly List<PublicationFollower> _followers = [];
    private readonly Counter<long> _rounds;
    private readonly Counter<long> _entries;

    public FollowerMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create("ELicense.Follower");
        _rounds = meter.CreateCounter<long>("elicense.follower.rounds", "{round}", "Rounds of following; with what was refused as error.type.");
        _entries = meter.CreateCounter<long>("elicense.follower.entries", "{entry}", "Log entries that were taken over.");
        meter.CreateObservableGauge("elicense.publication.log.size", () => OfView(view => view.Checkpoint.Size), "{entry}", "Size of the log that answers stand on.");
        meter.CreateObservableGauge("elicense.publication.checkpoint.age", () => OfView(view => Age(view.AsOf)), "s", "Age of the checkpoint that answers stand on.");
        meter.CreateObservableGauge("elicense.publication.checkpoint.max_age", () => OfView(view => view.Trust.Card.MaxAge), "s", "Age from which on every standing is stale.");
        meter.CreateObservableGauge(
            "elicense.publication.trust.remaining", () => OfView(view => -Age(DateTimeOffset.FromUnixTimeSeconds(view.Trust.Card.Expires))), "s", "Time until the trust card ends.");
        meter.CreateObservableGauge("elicense.publication.status_list.age", () => OfEach(follower => Age(follower.Ages.StatusLists)), "s", "Age of the oldest status list that is published.");
        meter.CreateObservableGauge("elicense.publication.revocation_list.age", () => OfEach(follower => Age(follower.Ages.RevocationLists)), "s", "Age of the oldest complete CRL that is published.");
        meter.CreateObservableGauge(
            "elicense.publication.revocation_list.remaining", () => OfEach(follower => -Age(follower.Ages.RevocationListsUntil)), "s", "Time until the first complete CRL ends.");
    }

    public void Add(PublicationFollower follower)
    {
        lock (_followers)
            _followers.Add(follower);
    }

    public void Count(PublicationFollower follower, FollowResult result)
    {
        var publication = Tag(follower);
        if (result.Refusal is { } refusal)
            _rounds.Add(1, publication, new KeyValuePair<string, object?>("error.type", refusal.Code));
        else
            _rounds.Add(1, publication);
        _entries.Add(result.NewEntries, publication);
    }

    private static KeyValuePair<string, object?> Tag(PublicationFollower follower) => new("elicense.publication", follower.View?.Trust.Card.Origin ?? "");

    private double? Age(DateTimeOffset? instant) => (_clock.GetUtcNow() - instant)?.TotalSeconds;

    private List<Measurement<double>> OfView(Func<PublicationView, double?> measure) => OfEach(follower => follower.View is { } view ? measure(view) : null);

    private List<Measurement<double>> OfEach(Func<PublicationFollower, double?> measure)
    {
        lock (_followers)
            return [.. from follower in _followers let value = measure(follower) where value is not null select new Measurement<double>(value.Value, Tag(follower))];
    }
}
