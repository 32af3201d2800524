using System.Text.Json;
using ELicense.Authority;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Licenses;
using ELicense.Verification.Trust;

namespace ELicense.IntegrationTests.Filings;

/// <summary>An enterprise with a license and a certificate of the counter, which files; and the desk that takes what it filed.</summary>
internal sealed class FilingEnterprise : IDisposable
{
    private readonly Counter _counter;
    private readonly TokenKey _token = new();
    private byte _filings;

    public FilingEnterprise(Counter counter, int number)
    {
        _counter = counter;
        License = counter.Issue(number);
        Certificate = counter.Certify(counter.Scalar($"SELECT matter_id FROM prepared_licenses WHERE serial = {License.Number.Serial}"), _token);
        Key = SoftwareSigningKey.FromPkcs8(_token.Key.ExportPkcs8PrivateKey());
    }

    public ReleasedLicense License { get; }

    public EnterpriseCertificate Certificate { get; }

    public SigningKey Key { get; }

    public static string Inbox(Counter counter) => Path.Combine(counter.Folder, "inbox");

    /// <param name="trust">Null: no portal files.</param>
    public static FilingDesk Desk(Counter counter, Func<VerifiedTrust>? trust = null, params NamedDelegate[] named) => new(
        new FilingSettings(
            Inbox(counter), trust ?? (() => throw new InvalidOperationException("What the enterprise signed asks for no card.")), () => named,
            FilingContents.Reader(counter.Settings.Offices, new PersonMarkKey(new byte[32]), counter.Clock)),
        counter.Settings, counter.Register, new ClockConfirmation(counter.Register, counter.Settings, counter.Clock));

    public static string Put(Counter counter, byte[] file)
    {
        Directory.CreateDirectory(Inbox(counter));
        var path = Path.Combine(Inbox(counter), Digest.Of(file).ToString());
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>A filing now, of the application's type.</summary>
    public Filing Filing(object application)
    {
        var content = JsonSerializer.SerializeToElement(application);
        return new Filing(
            _counter.Settings.AuthorityNumber, content.TryGetProperty("type", out var type) ? type.GetString()! : "annual-report", _counter.Clock.Now.ToUnixTimeSeconds(),
            new byte[] { ++_filings, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, JsonSerializer.SerializeToUtf8Bytes(content));
    }

    public byte[] Signed(Filing filing, string type = Core.Tokens.Filing.Type) => CoseSigning.Sign(Key, Certificate.Der.Span, type, filing.EncodeClaims());

    public byte[] Signed(object application) => Signed(Filing(application));

    public byte[] ByPortal(Filing filing, SigningKey portal, ReadOnlySpan<byte> certificate) =>
        CoseSigning.Sign(portal, certificate, Core.Tokens.Filing.PortalType, (filing with { Holder = Certificate.Der }).EncodeClaims());

    public void Dispose()
    {
        Key.Dispose();
        _token.Dispose();
    }
}
