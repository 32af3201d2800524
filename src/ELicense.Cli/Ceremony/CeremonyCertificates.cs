using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Certificates.Requests;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Ceremony;

/// <summary>The certificates and the root's CRL of a ceremony, by the authority's profiles: each linted, signed, shown and written.</summary>
/// <param name="from">Periods begin here.</param>
internal sealed class CeremonyCertificates(CertificateProfiles profiles, StatusAddresses addresses, CeremonyFolder folder, CeremonyTable table, DateTimeOffset from)
{
    public const string PfxPassword = "development";

    private const int MaxRequestBytes = CertificationRequest.MaxBytes;

    public CertificateAuthority Root(SigningKey key, PlanKey plan, string organization)
    {
        try
        {
            var certificate = CertificateAuthority.SelfSign(key, Name(plan, organization), from, from.AddDays(plan.Days), profiles, addresses);
            Write(plan.Role, certificate);
            return new CertificateAuthority(key, certificate, profiles, addresses);
        }
        catch (InvalidOperationException linted)
        {
            throw new CommandException(Codes.CertificateLint, linted.Message, ExitCodes.Usage);
        }
    }

    /// <summary>A CA that is there already; in a rehearsal one of the same name for the key that stands for its key.</summary>
    public CertificateAuthority Existing(SigningKey key, ReadOnlyMemory<byte> certificate)
    {
        var own = X509CertificateLoader.LoadCertificate(certificate.Span);
        return new CertificateAuthority(
            key, folder.IsRehearsal ? CertificateAuthority.SelfSign(key, own.SubjectName, from, from.AddDays(1), profiles, addresses) : own, profiles, addresses);
    }

    public CertificateAuthority Ca(CertificateAuthority root, SigningKey key, PlanKey plan, string organization) =>
        Ca(root, key, Name(plan, organization), from.AddDays(plan.Days), plan.Role);

    /// <param name="name">What the file is called.</param>
    public CertificateAuthority Ca(CertificateAuthority root, SigningKey key, X500DistinguishedName subject, DateTimeOffset to, string name)
    {
        // RFC 5280 6.1.3 (a)(2): no longer than its issuer's.
        var last = new DateTimeOffset(root.Certificate.NotAfter.ToUniversalTime());
        var end = to < last ? to : last;
        var certificate = Issue(root, profiles.Subordinate, new CertificateContent { Subject = subject, Key = SubjectPublicKey.Of(key.PublicKey), From = from, To = end });
        Write(name, certificate);
        return new CertificateAuthority(key, certificate, profiles, addresses);
    }

    /// <summary>The root's CRL. Its number is the time, which rises from one ceremony to the next.</summary>
    public void RootList(CertificateAuthority root, RootListPlan plan, string file, IReadOnlyList<RevokedCertificate> revoked)
    {
        var list = new RevocationList
        {
            Number = from.ToUnixTimeSeconds(),
            ThisUpdate = from,
            NextUpdate = from.AddDays(plan.Days),
            LogSize = 0,
            Entries = revoked,
        };
        folder.Write(file, list.Sign(root, previous: null));
        table.Record("root-list", ("file", file), ("revoked", string.Join(' ', revoked.Select(one => one.Serial))), ("until", $"{list.NextUpdate:u}"), ("next", $"{list.NextUpdate.AddDays(-plan.OverlapDays):u} at the latest"));
    }

    public void Person(CertificateAuthority ca, PlanPerson plan, PlanFile? beside, int firstList)
    {
        var subject = SubjectNames.Common(plan.CommonName);
        var code = default(CreditCode);
        if (plan.Uscc is not null)
        {
            if (!CreditCode.TryParse(plan.Uscc, out code, out var refusal))
                throw new CommandException(Codes.CeremonyPlan, $"{plan.File}: {refusal.Detail}", ExitCodes.Usage);
            subject = SubjectNames.Enterprise(plan.CommonName, code);
        }

        using var own = plan.Request is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var content = new CertificateContent { Subject = subject, Key = Key(own, plan.File, plan.Request, subject, beside), From = from, To = from.AddDays(plan.Days) };
        // The enterprise has no license yet, so that its certificate names none and is not in the log; its place is in the first list. The demo puts a licensed enterprise's in its place.
        using var certificate = plan.Uscc is null
            ? Issue(ca, profiles.Officer, content)
            : Issue(ca, profiles.Enterprise, content with { CreditCode = code, List = firstList });
        Write(plan.File, certificate, own);
        if (own is null)
            return;
        folder.WriteSecret(plan.File + ".p12", Pkcs12(certificate, own));
    }

    public static byte[] Pem(X509Certificate2 certificate, ECDsa key) => Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");

    public static byte[] Pkcs12(X509Certificate2 certificate, ECDsa key)
    {
        using var withKey = certificate.CopyWithPrivateKey(key);
        return withKey.Export(X509ContentType.Pfx, PfxPassword);
    }

    public void Service(CertificateAuthority ca, PlanService plan, PlanFile? beside)
    {
        var subject = SubjectNames.Common(plan.CommonName);
        using var own = plan.Request is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        using var certificate = Issue(ca, profiles.Service, new CertificateContent
        {
            Subject = subject,
            Key = Key(own, plan.File, plan.Request, subject, beside),
            From = from,
            To = from.AddDays(plan.Days),
            DnsNames = plan.DnsNames,
            IpAddresses = [.. plan.Addresses.Select(IPAddress.Parse)],
        });
        Write(plan.File, certificate, own);
    }

    /// <summary>The key in the file, or the one that proves itself by a request.</summary>
    private static SubjectPublicKey Key(ECDsa? own, string file, string? request, X500DistinguishedName subject, PlanFile? beside)
    {
        SubjectPublicKey? key;
        Refusal refusal;
        if (own is not null)
            return SubjectPublicKey.TryRead(own.ExportSubjectPublicKeyInfo(), out key, out refusal) ? key : throw new InvalidOperationException(refusal.ToString());
        return CertificationRequest.TryRead(beside!.Beside(request!, MaxRequestBytes), out var read, out refusal) && read.Names(subject, out refusal)
            ? read.Key
            : throw new CommandException(refusal.Code, $"{file}, {request}: {refusal.Detail}", ExitCodes.Usage);
    }

    private static X509Certificate2 Issue(CertificateAuthority ca, CertificateProfile profile, CertificateContent content) =>
        ca.TryPrepare(profile, content, out var linted, out var refusal)
            ? X509CertificateLoader.LoadCertificate(ca.Sign(linted))
            : throw new CommandException(refusal.Code, $"{content.Subject.Name}: {refusal.Detail}", ExitCodes.Usage);

    private void Write(string name, X509Certificate2 certificate, ECDsa? own = null)
    {
        table.Record(
            "certificate", ("name", name), ("subject", certificate.Subject), ("serial", certificate.SerialNumber), ("until", $"{certificate.NotAfter.ToUniversalTime():u}"),
            ("sha256", Digest.Of(certificate.RawDataMemory.Span).ToString()));
        if (own is null)
            folder.Write(name + ".pem", certificate);
        else
            folder.WriteSecret(name + ".pem", Pem(certificate, own));
    }

    private static X500DistinguishedName Name(PlanKey plan, string organization) => SubjectNames.Authority(plan.CommonName!, organization);
}
