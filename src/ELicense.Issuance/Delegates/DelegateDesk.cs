using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Issuance.Audit;
using ELicense.Verification.Publication;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace ELicense.Issuance.Delegates;

/// <summary>What became of one request.</summary>
/// <param name="Certificate">Path in the publication; null when none was made.</param>
public sealed record DelegateOutcome(string Request, string? Certificate, Refusal? Refusal);

/// <summary>
/// Certifies the public zone's delegates (OCSP answers, receipts, badges, filings at the portal): reads requests (PKCS #10) from the inbox, answers those of keys that the configuration names and under CAs that the trust
/// card lets delegate, and publishes delegates/&lt;CA kid&gt;-&lt;key kid&gt;.cer. A request is removed when it is dealt with; who dies before deals with it again. One caller at a time.
/// </summary>
/// <param name="cas">The CAs in service, those of enterprises and of officers.</param>
/// <param name="card">The card in force.</param>
public sealed class DelegateDesk(
    DelegateSettings settings, IReadOnlyList<CertificateAuthority> cas, Func<TrustCard> card, AuditLog trail, ClockConfirmation clock)
{
    /// <summary>Files that a round looks at; the rest waits for the next.</summary>
    private const int MostARound = 100;

    private static readonly IReadOnlyList<Trade> Trades =
    [
        // RFC 6960 4.2.2.2: who answers for a CA's certificates is certified by that CA.
        new("ocsp", "OCSP", profiles => profiles.OcspSigner, KeyRole.EnterpriseCa),
        new("receipt", "Receipts", profiles => profiles.ReceiptSigner, KeyRole.OfficersCa),
        new("badge", "Badges", profiles => profiles.BadgeSigner, KeyRole.OfficersCa),
        new(Filing.PortalRole, "Portal", profiles => profiles.PortalSigner, KeyRole.OfficersCa),
    ];

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);

    /// <summary>What a delegate may be certified for.</summary>
    /// <param name="Role">As in the trust card's delegations.</param>
    /// <param name="Name">In the certificate's subject.</param>
    /// <param name="Ca">Role of the CAs that certify for it.</param>
    private sealed record Trade(string Role, string Name, Func<CertificateProfiles, CertificateProfile> Profile, KeyRole Ca);

    private readonly PublicationFolder _publication = new(settings.PublicationFolder);

    /// <summary>One round. Nothing is signed while the clock is doubted; then requests wait.</summary>
    public IReadOnlyList<DelegateOutcome> Run()
    {
        if (!Directory.Exists(settings.Inbox))
            return [];
        // What is none, or not whole, takes no other's place.
        var requests = Directory.EnumerateFiles(settings.Inbox).Where(IsFiling).Select(path => (Path: path, Bytes: Read(path))).Where(file => file.Bytes is not null).Take(MostARound).ToList();
        if (requests.Count == 0)
            return [];
        var (now, _, doubt) = clock.Read();
        if (doubt is not null)
            return [];
        return [.. requests.SelectMany(file => Answer(file.Path, file.Bytes!, now)).ToList()];
    }

    /// <summary>Rounds until cancelled (OperationCanceledException). What fails, a token or a disk, fails that round only: its requests stay.</summary>
    public async Task RunAsync(Action<DelegateOutcome> told, Action<Exception> failed, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                foreach (var outcome in Run())
                    told(outcome);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed(e);
                await Task.Delay(AfterFailure, cancellation);
            }

            await Task.Delay(BetweenRounds, cancellation);
        }
    }

    // Filings are inbox/<sha256>; half-written files and whatever else lies there have other names.
    private static bool IsFiling(string path) => Digest.TryParseHex(Path.GetFileName(path), out _);

    private List<DelegateOutcome> Answer(string path, byte[] bytes, DateTimeOffset now)
    {
        var name = Path.GetFileName(path);
        var outcomes = CertificationRequest.TryRead(bytes, out var request, out var refusal)
            ? Certify(name, request, now)
            : [new DelegateOutcome(name, null, refusal)];
        File.Delete(path);
        return outcomes;
    }

    /// <summary>Null for what is no request: other filings are other desks' business, and a file whose name is not its hash is not whole yet.</summary>
    private static byte[]? Read(string path)
    {
        try
        {
            if (new FileInfo(path) is not { LinkTarget: null, Length: > 0 and <= CertificationRequest.MaxBytes })
                return null;
            var bytes = File.ReadAllBytes(path);
            return bytes[0] == 0x30 && Digest.Of(bytes).ToString() == Path.GetFileName(path) ? bytes : null;
        }
        catch (FileNotFoundException)
        {
            // Another authority over the same inbox was faster.
            return null;
        }
    }

    private List<DelegateOutcome> Certify(string name, CertificationRequest request, DateTimeOffset now)
    {
        var kid = KeyId.Of(request.Key.SubjectPublicKeyInfo.Span);
        var named = settings.Named().FirstOrDefault(named => named.Key == request.Key.Fingerprint);
        if (Trades.FirstOrDefault(trade => trade.Role == named?.Role) is not { } trade)
            return [Refused(new Refusal(Codes.DelegateUnknown, $"The key {request.Key.Fingerprint} is not named as a delegate's."))];
        var allowed = cas.Where(ca => MayCertify(ca, trade)).ToList();
        return allowed.Count == 0
            ? [Refused(new Refusal(Codes.DelegateUnknown, $"The trust card lets no CA have a delegate for {trade.Role}."))]
            : allowed.ConvertAll(ca => Certify(name, request, ca, kid, trade, now));

        DelegateOutcome Refused(Refusal refusal) => new(name, null, refusal);
    }

    private bool MayCertify(CertificateAuthority ca, Trade trade) =>
        card().Keys.Any(key => key.Kid == ca.Kid && key.Role == trade.Ca)
        && card().Delegations.Any(delegation =>
            delegation.Role == trade.Role && delegation.Issuer == ca.Kid && trade.Profile(ca.Profiles).ExtendedKeyUsage.Contains(delegation.ExtendedKeyUsage));

    private DelegateOutcome Certify(string name, CertificationRequest request, CertificateAuthority ca, KeyId kid, Trade trade, DateTimeOffset now)
    {
        var profile = trade.Profile(ca.Profiles);
        var path = $"delegates/{ca.Kid}-{kid}.cer";
        var subject = SubjectNames.Common(string.Create(CultureInfo.InvariantCulture, $"{trade.Name} {card().AuthorityNumber:D4} {kid}"));
        if (!request.Names(subject, out var refusal))
            return new DelegateOutcome(name, null, refusal);
        if (HasLongToGo(path, now))
            return new DelegateOutcome(name, path, Refusal: null);

        var (first, last) = (Utc(ca.Certificate.NotBefore), Utc(ca.Certificate.NotAfter));
        var from = now - ClocksMayDiffer > first ? now - ClocksMayDiffer : first;
        var life = Math.Min(settings.Life.Ticks, TimeSpan.FromDays(profile.Days).Ticks);
        var to = from + TimeSpan.FromTicks(life) < last ? from + TimeSpan.FromTicks(life) : last;
        var content = new CertificateContent { Subject = subject, Key = request.Key, From = from, To = to };
        if (!ca.TryPrepare(profile, content, out var linted, out refusal))
            return new DelegateOutcome(name, null, refusal);
        var certificate = ca.Sign(linted);
        trail.Record(new AuditAct(ActName.CertifyDelegate, Officer: null, $"delegate/{kid}") { ContentHash = Digest.Of(certificate) });
        _publication.Write(path, certificate);
        _publication.Flush();
        return new DelegateOutcome(name, path, Refusal: null);
    }

    /// <summary>Who asks again and again, or repeats an old request, gets no more certificates for it.</summary>
    private bool HasLongToGo(string path, DateTimeOffset now)
    {
        if (_publication.Read(path) is not { } published)
            return false;
        using var certificate = X509CertificateLoader.LoadCertificate(published);
        var (from, to) = (Utc(certificate.NotBefore), Utc(certificate.NotAfter));
        return now < from + ((to - from) / 2);
    }

    private static DateTimeOffset Utc(DateTime time) => new DateTimeOffset(time).ToUniversalTime();
}
