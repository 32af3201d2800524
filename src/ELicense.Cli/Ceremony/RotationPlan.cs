using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.RevocationLists;

namespace ELicense.Cli.Ceremony;

/// <summary>
/// The plan of a rotation (docs/ceremony.md): what changes between a trust card and the next. Without keys and changes it renews the card. What is not named stays as it is.
/// </summary>
/// <param name="Card">File beside the plan with the trust card in force.</param>
/// <param name="FormerRootList">File beside the plan with the newest CRL of the root in force: what is revoked stays revoked.</param>
/// <param name="Revoked">CA certificates of this root that are not good any more.</param>
/// <param name="Existing">The keys of the card that sign here: the root, and the CAs that issue to services or get a certificate of a new root.</param>
/// <param name="Keys">New ones, as in the plan of a hierarchy.</param>
/// <param name="Organization">O of new CAs' names.</param>
internal sealed record RotationPlan(
    string Card, string FormerRootList, int Witnesses, RootListPlan RootList, Uri PublicAddress, string Organization, IReadOnlyList<PlanToken> Tokens, IReadOnlyList<ExistingKey> Existing,
    IReadOnlyList<PlanKey> Keys, IReadOnlyList<KeyChange> Changes, IReadOnlyList<PlanService> Services, IReadOnlyList<RevokedCa> Revoked, string? Mark = null, string? Profiles = null);

/// <param name="Certificate">File beside the plan, PEM or DER.</param>
/// <param name="Reason">caCompromise, superseded or cessationOfOperation (RFC 5280 5.3.1).</param>
internal sealed record RevokedCa(string Certificate, string Reason)
{
    /// <summary>Null: none that a CA's certificate is revoked for here.</summary>
    public RevocationReason? Known => Reason switch
    {
        "caCompromise" => RevocationReason.CaCompromise,
        "superseded" => RevocationReason.Superseded,
        "cessationOfOperation" => RevocationReason.CessationOfOperation,
        _ => null,
    };
}

internal sealed record ExistingKey(string Kid, string Token, string Label);

/// <param name="To">The key ends on this day (UTC), earlier than before.</param>
/// <param name="LogSizeTo">It was retired at this log size.</param>
/// <param name="AcceptedBelow">It was stolen at this log size.</param>
internal sealed record KeyChange(string Kid, DateOnly? To = null, long? LogSizeTo = null, long? AcceptedBelow = null)
{
    public TrustedKey Apply(TrustedKey key) => key with
    {
        To = To is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds() : key.To,
        LogSizeTo = LogSizeTo ?? key.LogSizeTo,
        AcceptedBelow = AcceptedBelow ?? key.AcceptedBelow,
    };

    /// <summary>Nothing that was bounded becomes wider: null when it does not.</summary>
    public string? Fault(TrustedKey key)
    {
        var changed = Apply(key);
        if (changed == key)
            return $"the change of {Kid} changes nothing";
        if (changed.To > key.To || changed.LogSizeTo > key.LogSizeTo || changed.AcceptedBelow > key.AcceptedBelow)
            return $"the change of {Kid} makes it good for more than it was";
        return key.Role == KeyRole.Root && (LogSizeTo ?? AcceptedBelow) is not null ? $"{Kid} is a root, which signs no log" : null;
    }
}
