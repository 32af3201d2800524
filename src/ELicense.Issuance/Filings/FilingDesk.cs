using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.Filings;

/// <summary>Reads the application in a filing. Codes: filing-type, type-differs, field-not-allowed, malformed, those of the content.</summary>
/// <param name="office">That of the license.</param>
public delegate bool FilingReader(Filing filing, int office, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal);

/// <summary>Where filings come from and what they are judged by.</summary>
/// <param name="Inbox">Hostile; shared with the desk of delegates.</param>
/// <param name="Trust">The card in force: portals are its delegates.</param>
/// <param name="Named">Portals that the configuration names, among others; asked each time.</param>
public sealed record FilingSettings(string Inbox, Func<VerifiedTrust> Trust, Func<IReadOnlyList<NamedDelegate>> Named, FilingReader Reader);

/// <summary>
/// Takes filings of enterprises from the inbox: what is proven by a certificate that the register issued comes before the officers, or is refused with an answer; everything else leaves no trace in
/// the register. A file is removed when it is dealt with; who dies before deals with it again, and finds it known.
/// </summary>
public sealed class FilingDesk(FilingSettings settings, AuthoritySettings authority, Register register, ClockConfirmation clock)
{
    /// <summary>Files that a round looks at; the rest waits for the next.</summary>
    private const int MostARound = 100;

    /// <summary>Filings with one certificate in a day, those refused included.</summary>
    public const int MostADay = 20;

    /// <summary>How long a disk may take.</summary>
    public static readonly TimeSpan LongestWay = TimeSpan.FromDays(30);

    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);

    /// <summary>One round. While the clock is doubted filings wait.</summary>
    public IReadOnlyList<FilingOutcome> Run()
    {
        if (!Directory.Exists(settings.Inbox))
            return [];
        var files = Directory.EnumerateFiles(settings.Inbox).Where(path => Digest.TryParseHex(Path.GetFileName(path), out _)).Select(path => (Path: path, Bytes: Read(path)))
            .Where(file => file.Bytes is not null).Take(MostARound).ToList();
        if (files.Count == 0)
            return [];
        var (now, _, doubt) = clock.Read();
        return doubt is not null ? [] : files.ConvertAll(file => TakeOrLeave(file.Path, file.Bytes!, now));
    }

    /// <summary>Rounds until cancelled (OperationCanceledException). What fails, a database or a disk, fails that round only: its filings stay.</summary>
    public async Task RunAsync(Action<FilingOutcome> told, Action<Exception> failed, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var outcomes = Run();
                foreach (var outcome in outcomes)
                    told(outcome);
                if (outcomes.Any(outcome => outcome.Refusal?.Code == Codes.InternalError))
                    await Task.Delay(AfterFailure, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed(e);
                await Task.Delay(AfterFailure, cancellation);
            }

            await Task.Delay(BetweenRounds, cancellation);
        }
    }

    /// <summary>Null for a request of a delegate (DER), which is another desk's, and for a file whose name is not its hash: it is not whole yet. Of what is too large, one byte too many.</summary>
    private static byte[]? Read(string path)
    {
        try
        {
            if (new FileInfo(path) is not { LinkTarget: null, Length: > 0 and var length })
                return null;
            var bytes = new byte[Math.Min(length, Filing.MaxBytes + 1)];
            using (var file = File.OpenRead(path))
                file.ReadExactly(bytes);
            if (bytes.Length > Filing.MaxBytes)
                return bytes;
            return (bytes[0] != 0x30 || bytes.Length > CertificationRequest.MaxBytes) && Digest.Of(bytes).ToString() == Path.GetFileName(path) ? bytes : null;
        }
        catch (Exception e) when (e is FileNotFoundException or EndOfStreamException)
        {
            // Another authority over the same inbox was faster, or somebody still writes.
            return null;
        }
    }

    /// <summary>One that nobody foresaw stays, is told again each minute, and keeps no other from being taken.</summary>
    private FilingOutcome TakeOrLeave(string path, byte[] bytes, DateTimeOffset now)
    {
        try
        {
            return Take(path, bytes, now);
        }
        catch (Exception e) when (e is not RegisterUnavailableException)
        {
            return new FilingOutcome(Path.GetFileName(path), null, new Refusal(Codes.InternalError, e.Message));
        }
    }

    private FilingOutcome Take(string path, byte[] bytes, DateTimeOffset now)
    {
        var name = Path.GetFileName(path);
        var outcome = FilingProof.TryRead(bytes, settings, out var proof, out var refusal)
            ? Register.Repeat(() => Record(name, bytes, proof, now))
            : new FilingOutcome(name, null, refusal);
        File.Delete(path);
        return outcome;
    }

    private FilingOutcome Record(string name, byte[] bytes, FilingProof proof, DateTimeOffset now)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var store = new FilingStore(transaction, authority.AuthorityNumber);
        var digest = Digest.Of(bytes);
        if (store.IsKnown(digest))
            return new FilingOutcome(name, null, null);
        if (new CertificateStore(transaction).FindCertificate(proof.KeyHash, authority.AuthorityNumber) is not { } certificate || !certificate.Der.Span.SequenceEqual(proof.Certificate.Span))
            return Untraced(Codes.FilingCertificate, "The certificate is none that this authority issued to an enterprise.");
        if (store.Count(certificate.CertificateIndex, now.AddDays(-1)) >= MostADay)
            return Untraced(Codes.FilingLimit, $"Certificate {certificate.Serial} has filed {MostADay} times within a day.");
        if (store.IsRepeated(certificate.License, proof.Filing.Nonce))
            return Untraced(Codes.FilingRepeated, "Another filing with the same cti is known.");

        var office = store.OfficeOf(certificate.License);
        MatterContent? content = null;
        var refusal = Judge(proof.Filing, certificate, now);
        if (refusal is null && !settings.Reader(proof.Filing, office, out content, out var unread))
            refusal = unread;
        if (refusal is null && content!.License != certificate.License)
            refusal = new Refusal(Codes.FilingHolder, "The filing is about another license than that of the certificate.");
        var id = store.Insert(proof, certificate, digest, bytes, office, content, refusal, now);
        new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()).Append(new AuditAct(ActName.TakeFiling, Officer: null, AuditAct.FilingSubjectOf(id))
        {
            Origin = "inbox",
            License = certificate.License.ToString(),
            ContentHash = digest,
            Refusal = refusal,
        });
        head.Store();
        transaction.Commit();
        return new FilingOutcome(name, id, refusal);

        FilingOutcome Untraced(string code, string detail) => new(name, null, new Refusal(code, detail));
    }

    private Refusal? Judge(Filing filing, EnterpriseCertificate certificate, DateTimeOffset now)
    {
        var filedAt = DateTimeOffset.FromUnixTimeSeconds(filing.IssuedAt);
        if (filing.Authority != authority.AuthorityNumber)
            return new Refusal(Codes.FilingAuthority, $"The filing is for authority {filing.Authority}, this is {authority.AuthorityNumber}.");
        if (filedAt > now + ClocksMayDiffer || filedAt < now - LongestWay)
            return new Refusal(Codes.FilingExpired, $"The filing is of {filedAt:u}, it is {now:u}: at most {LongestWay.TotalDays} days are taken.");
        if (certificate.Standing != Standing.Valid)
            return new Refusal(Codes.FilingCertificate, $"The certificate is {certificate.Standing}.");
        if (!DecodedCertificate.TryReadCertificate(certificate.Der, out var decoded, out var unreadable))
            throw new InvalidDataException($"Certificate {certificate.Serial}: {unreadable}");
        // RFC 5280 4.1.2.5: both ends inclusive.
        return filedAt < decoded.From || filedAt > decoded.To ? new Refusal(Codes.FilingCertificate, $"The certificate is good from {decoded.From:u} to {decoded.To:u}.") : null;
    }
}
