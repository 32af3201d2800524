using ELicense.Core;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>
/// What the door itself refuses goes into the audit trail: who, if known, from where, which call, which code. The first at once; its repeats within a minute as one
/// further entry that says how many (docs/audit.md). Strangers cannot fill the trail: what is beyond a hundred different refusals of theirs in a minute is counted together.
/// </summary>
internal sealed class DoorRefusals(AuditLog trail, TimeProvider clock)
{
    private const int MaxStrangers = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Repeats> _open = [];

    /// <param name="who">Null: a stranger.</param>
    public void Record(HttpContext context, Officer? who, Refusal refusal)
    {
        var address = context.Connection.RemoteIpAddress;
        var name = context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unknown-call";
        var act = new AuditAct(name, who is null ? null : who with { Origin = OfficersDoor.Origin(address) }, context.Request.Path)
        {
            Origin = OfficersDoor.Origin(address),
            Refusal = refusal,
        };
        var key = who is null ? new Key(null, ClientNetwork.Of(address), "", refusal.Code) : new Key(who.Person, null, name, refusal.Code);
        if (IsRepeat(ref key, ref act))
            return;
        try
        {
            trail.Record(act);
        }
        catch (Exception e) when (e is RegisterUnavailableException || DiskFull.Caused(e))
        {
            // Not in the trail: the next one is the first again.
            lock (_lock)
                _open.Remove(key);
            throw;
        }
    }

    /// <summary>Writes how often those were repeated whose minute is over.</summary>
    /// <param name="all">At the end of the process: the others too.</param>
    public void Close(bool all = false)
    {
        List<Key> ended;
        lock (_lock)
        {
            var over = clock.GetUtcNow() - Window;
            ended = [.. _open.Where(open => all || open.Value.Since <= over).Select(open => open.Key)];
        }

        // One by one: when the register is away, those that are not written yet stay.
        foreach (var key in ended)
        {
            Repeats? repeats;
            lock (_lock)
                _open.Remove(key, out repeats);
            if (repeats is { Count: > 0 })
                trail.Record(repeats.First with { Subject = $"{repeats.First.Subject} +{repeats.Count}" });
        }
    }

    private bool IsRepeat(ref Key key, ref AuditAct act)
    {
        lock (_lock)
        {
            if (key.Person is null && !_open.ContainsKey(key) && _open.Count(open => open.Key.Person is null) >= MaxStrangers)
            {
                key = new Key(null, null, "", key.Code);
                act = act with { Name = "unknown-call", Subject = "many addresses", Origin = OfficersDoor.Origin(null) };
            }

            if (_open.TryGetValue(key, out var repeats))
            {
                repeats.Count++;
                return true;
            }

            _open[key] = new Repeats(act, clock.GetUtcNow());
            return false;
        }
    }

    private readonly record struct Key(string? Person, ulong? Network, string Call, string Code);

    private sealed class Repeats(AuditAct first, DateTimeOffset since)
    {
        public AuditAct First => first;

        public DateTimeOffset Since => since;

        public int Count { get; set; }
    }
}
