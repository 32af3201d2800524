namespace ELicense.Core.Licenses;

/// <summary>What happens to a certificate of an enterprise.</summary>
public enum CertificateEvent
{
    Issue,

    /// <summary>挂失, by one officer</summary>
    Hold,

    /// <summary>The loss report lapsed, was returned or rejected.</summary>
    Release,

    /// <summary>挂失, confirmed by a second officer</summary>
    Compromise,

    /// <summary>补领</summary>
    Replace,

    /// <summary>吊销 of the license</summary>
    Revoke,

    /// <summary>注销 of the license</summary>
    Cancel,
}

/// <summary>One arrow of a certificate's life.</summary>
public sealed record CertificateArrow(Standing From, CertificateEvent Event, Standing To);

/// <summary>The life of a certificate, as one explicit table. Its standings are those of a license version, and mean on-hold, revoked, replaced, cancelled; what has ended stays as it ended.</summary>
public static class CertificateMachine
{
    public static IReadOnlyList<CertificateArrow> Arrows { get; } =
    [
        new(Standing.NotIssued, CertificateEvent.Issue, Standing.Valid),
        new(Standing.Valid, CertificateEvent.Hold, Standing.Suspended),
        new(Standing.Valid, CertificateEvent.Compromise, Standing.Revoked),
        new(Standing.Valid, CertificateEvent.Replace, Standing.Superseded),
        new(Standing.Valid, CertificateEvent.Revoke, Standing.Revoked),
        new(Standing.Valid, CertificateEvent.Cancel, Standing.Cancelled),
        new(Standing.Suspended, CertificateEvent.Release, Standing.Valid),
        new(Standing.Suspended, CertificateEvent.Compromise, Standing.Revoked),
        new(Standing.Suspended, CertificateEvent.Replace, Standing.Superseded),
        new(Standing.Suspended, CertificateEvent.Revoke, Standing.Revoked),
        new(Standing.Suspended, CertificateEvent.Cancel, Standing.Cancelled),
    ];

    /// <returns>Null when the table has no such arrow.</returns>
    public static Standing? Apply(Standing from, CertificateEvent happened) =>
        Arrows.FirstOrDefault(arrow => arrow.From == from && arrow.Event == happened)?.To;

    /// <summary>Whether a log may ever show <paramref name="to"/> after <paramref name="from"/>; followers refuse the rest.</summary>
    public static bool IsPossible(Standing from, Standing to) => Arrows.Any(arrow => arrow.From == from && arrow.To == to);
}
