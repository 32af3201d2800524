using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Lints;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Certificates;

/// <summary>Each row puts one thing wrong in a certificate that was right, and names the clause that has to be found.</summary>
public sealed class CertificateLintTests : IDisposable
{
    private const string ClientAuthentication = "06082b06010505070302";
    private readonly TestIssuers _issuers = new();

    private enum Kind
    {
        Enterprise,
        Officer,
        Service,
        Delegate,
    }

    public void Dispose() => _issuers.Dispose();

    public static TheoryData<string, string> Faults => [.. Rows.Select(row => (row.What, row.Clause))];

    private static (string What, string Clause, Kind Kind, Func<CertificateDraft, CertificateDraft> Spoil)[] Rows =>
    [
        ("no version", "RFC 5280 4.1.2.1", Kind.Officer, draft => draft with { Version = null }),
        ("version 4", "RFC 5280 4.1.2.1", Kind.Officer, draft => draft with { Version = 3 }),
        ("serial 0", "RFC 5280 4.1.2.2", Kind.Officer, draft => draft with { Serial = 0 }),
        ("negative serial", "RFC 5280 4.1.2.2", Kind.Officer, draft => draft with { Serial = -draft.Serial }),
        ("serial of 21 octets", "RFC 5280 4.1.2.2", Kind.Officer, draft => draft with { Serial = BigInteger.One << 159 }),
        ("counted serial", "Baseline Requirements 7.1", Kind.Officer, draft => draft with { Serial = 1001 }),
        ("another signature algorithm", "RFC 5280 4.1.1.2", Kind.Officer, draft => draft with { Algorithm = Convert.FromHexString("300506032b6570") }),
        ("2026 as GeneralizedTime", "RFC 5280 4.1.2.5)", Kind.Officer, draft => draft with { GeneralizedTimes = true }),
        ("ends before it begins", "6.1.3 (a)(2)", Kind.Officer, draft => draft with { To = draft.From.AddSeconds(-1) }),
        ("a second too long", "6.1.3 (a)(2)", Kind.Delegate, draft => draft with { To = draft.From.AddDays(14).AddSeconds(1) }),
        ("outlives its issuer", "6.1.3 (a)(2)", Kind.Officer, draft => draft with { From = TestIssuers.To.AddDays(-1), To = TestIssuers.To.AddSeconds(1) }),
        ("begins before its issuer", "6.1.3 (a)(2)", Kind.Officer, draft => draft with { From = TestIssuers.From.AddSeconds(-1) }),
        ("another issuer", "6.1.3 (a)(4)", Kind.Officer, draft => draft with { Issuer = CertificateDraft.Name((X509Oids.CommonName, UniversalTagNumber.UTF8String, "Other CA")) }),
        ("no subject", "RFC 5280 4.1.2.6", Kind.Officer, draft => draft with { Subject = CertificateDraft.Name() }),
        ("an attribute too many", "RFC 5280 4.1.2.6", Kind.Officer, draft => draft with
        {
            Subject = CertificateDraft.Name((X509Oids.CommonName, UniversalTagNumber.UTF8String, "a"), (X509Oids.OrganizationName, UniversalTagNumber.UTF8String, "b")),
        }),
        ("two common names", "RFC 5280 4.1.2.6", Kind.Officer, draft => draft with
        {
            Subject = CertificateDraft.Name((X509Oids.CommonName, UniversalTagNumber.UTF8String, "a"), (X509Oids.CommonName, UniversalTagNumber.UTF8String, "b")),
        }),
        ("65 characters", "RFC 5280 4.1.2.4, A.1", Kind.Officer, draft => draft with { Subject = CertificateDraft.Name((X509Oids.CommonName, UniversalTagNumber.UTF8String, new string('a', 65))) }),
        ("a BMPString", "RFC 5280 4.1.2.4, A.1", Kind.Officer, draft => draft with { Subject = CertificateDraft.Name((X509Oids.CommonName, UniversalTagNumber.BMPString, "王")) }),
        ("a country in UTF-8", "RFC 5280 4.1.2.4, A.1", Kind.Enterprise, draft => draft with { Subject = EnterpriseName("NTRCN-91350100M000100Y43", UniversalTagNumber.UTF8String) }),
        ("P-521", "RFC 5280 4.1.2.7", Kind.Officer, draft => draft with { Key = NewKey(ECCurve.NamedCurves.nistP521) }),
        ("Ed25519 for an officer", "RFC 5280 4.1.2.7", Kind.Officer, draft => draft with { Key = SoftwareSigningKey.Generate(Suite.Ed25519).PublicKey.SubjectPublicKeyInfo }),
        ("RSA of 1024 bits", "NIST SP 800-131A", Kind.Officer, draft => draft with { Key = NewRsa(1024) }),
        ("an extension twice", "RFC 5280 4.2)", Kind.Officer, draft => draft with { Extensions = [.. draft.Extensions, draft.Extensions[0]] }),
        ("an extension of nobody", "RFC 5280 4.2)", Kind.Officer, draft => draft.With("1.2.3.4", "0500")),
        ("no authority key identifier", "RFC 5280 4.2.1.1)", Kind.Officer, draft => draft.Without(X509Oids.AuthorityKeyIdentifier)),
        ("another authority key", "RFC 5280 4.2.1.1)", Kind.Officer, draft => draft.With(X509Oids.AuthorityKeyIdentifier, "3003800100")),
        ("authority key with serial", "RFC 5280 4.2.1.1)", Kind.Officer, draft => draft.With(X509Oids.AuthorityKeyIdentifier, "3006800100820101")),
        ("no subject key identifier", "RFC 5280 4.2.1.2", Kind.Officer, draft => draft.Without(X509Oids.SubjectKeyIdentifier)),
        ("another key's identifier", "RFC 5280 4.2.1.2", Kind.Officer, draft => draft.With(X509Oids.SubjectKeyIdentifier, "0414" + new string('0', 40))),
        ("no key usage", "RFC 5280 4.2.1.3", Kind.Officer, draft => draft.Without(X509Oids.KeyUsage)),
        ("key usage not critical", "RFC 5280 4.2.1.3", Kind.Officer, draft => draft.WithCriticality(X509Oids.KeyUsage, false)),
        ("an officer who signs certificates", "RFC 5280 4.2.1.3", Kind.Officer, draft => draft.With(X509Oids.KeyUsage, "03020284", critical: true)),
        ("key encipherment", "RFC 5280 4.2.1.3", Kind.Officer, draft => draft.With(X509Oids.KeyUsage, "030205a0", critical: true)),
        ("a key usage that is none", "RFC 5280 4.2.1.3", Kind.Officer, draft => draft.With(X509Oids.KeyUsage, "0500", critical: true)),
        ("no basic constraints", "RFC 5280 4.2.1.9", Kind.Officer, draft => draft.Without(X509Oids.BasicConstraints)),
        ("an officer who is a CA", "RFC 5280 4.2.1.9", Kind.Officer, draft => draft.With(X509Oids.BasicConstraints, "30030101ff", critical: true)),
        ("a path length without CA", "RFC 5280 4.2.1.9", Kind.Officer, draft => draft.With(X509Oids.BasicConstraints, "3003020100", critical: true)),
        ("CA false written out", "RFC 5280 4.2.1.9", Kind.Officer, draft => draft.With(X509Oids.BasicConstraints, "3003010100", critical: true)),
        ("no purpose", "RFC 5280 4.2.1.12", Kind.Officer, draft => draft.Without(X509Oids.ExtendedKeyUsage)),
        ("any purpose", "RFC 5280 4.2.1.12", Kind.Officer, draft => draft.With(X509Oids.ExtendedKeyUsage, "30060604551d2500")),
        ("OCSP signing and client", "RFC 6960 4.2.2.2", Kind.Delegate, draft => draft.With(X509Oids.ExtendedKeyUsage, "301406082b06010505070309" + ClientAuthentication)),
        ("no policy", "RFC 5280 4.2.1.4", Kind.Enterprise, draft => draft.Without(X509Oids.CertificatePolicies)),
        ("another policy", "RFC 5280 4.2.1.4", Kind.Enterprise, draft => draft.With(X509Oids.CertificatePolicies, "3006300406022a03")),
        ("a policy for an officer", "RFC 5280 4.2.1.4", Kind.Officer, draft => draft.With(X509Oids.CertificatePolicies, "3006300406022a03")),
        ("a service without names", "RFC 5280 4.2.1.6", Kind.Service, draft => draft.Without(X509Oids.SubjectAlternativeName)),
        ("an empty list of names", "RFC 5280 4.2.1.6", Kind.Service, draft => draft.With(X509Oids.SubjectAlternativeName, "3000")),
        ("a wildcard", "RFC 5280 4.2.1.6", Kind.Service, draft => draft.With(X509Oids.SubjectAlternativeName, "300582032a2e61")),
        ("an address of 5 octets", "RFC 5280 4.2.1.6", Kind.Service, draft => draft.With(X509Oids.SubjectAlternativeName, "300787050102030405")),
        ("an officer with a host name", "RFC 5280 4.2.1.6", Kind.Officer, draft => draft.With(X509Oids.SubjectAlternativeName, "3003820161")),
        ("no distribution point", "RFC 5280 4.2.1.13", Kind.Enterprise, draft => draft.Without(X509Oids.CrlDistributionPoints)),
        ("the complete list for an enterprise", "RFC 5280 4.2.1.13", Kind.Enterprise, draft => draft.With(Point($"http://gs.example.cn/publication/crl/{{kid}}/complete.crl", draft))),
        ("https", "RFC 5280 4.2.1.13", Kind.Enterprise, draft => draft.With(Point("https://gs.example.cn/publication/crl/{kid}/4096.crl", draft))),
        ("a list with a sign", "RFC 5280 4.2.1.13", Kind.Enterprise, draft => draft.With(Point("http://gs.example.cn/publication/crl/{kid}/+4096.crl", draft))),
        ("a delegate with a CRL", "RFC 5280 4.2.1.13", Kind.Delegate, draft => draft.With(Point("http://gs.example.cn/publication/crl/{kid}/complete.crl", draft))),
        ("no address of the issuer", "RFC 5280 4.2.2.1", Kind.Officer, draft => draft.Without(X509Oids.AuthorityInformationAccess)),
        ("no OCSP for an enterprise", "RFC 5280 4.2.2.1", Kind.Enterprise, draft => draft.With(X509Oids.AuthorityInformationAccess, "3000")),
        ("a delegate without nocheck", "RFC 6960 4.2.2.2.1", Kind.Delegate, draft => draft.Without(X509Oids.OcspNoCheck)),
        ("nocheck with a value", "RFC 6960 4.2.2.2.1", Kind.Delegate, draft => draft.With(X509Oids.OcspNoCheck, "0101ff")),
        ("an officer with nocheck", "RFC 6960 4.2.2.2.1", Kind.Officer, draft => draft.With(X509Oids.OcspNoCheck, "0500")),
        ("a wrong credit code", "ETSI EN 319 412-1", Kind.Enterprise, draft => draft with { Subject = EnterpriseName("NTRCN-91350100M000100Y44") }),
        ("another register", "ETSI EN 319 412-1", Kind.Enterprise, draft => draft with { Subject = EnterpriseName("VATCN-91350100M000100Y43") }),
        ("another enterprise in the extension", "GM/T 0015", Kind.Enterprise, draft => draft with { Subject = EnterpriseName("NTRCN-911100006000071500") }),
        ("no credit code extension", "GM/T 0015", Kind.Enterprise, draft => draft.Without(TestIssuers.Profiles.CreditCodeExtension)),
        ("a credit code in UTF-8", "GM/T 0015", Kind.Enterprise, draft => draft.With(TestIssuers.Profiles.CreditCodeExtension, "0c1239313335303130304d303030313030593433")),
        ("a critical license number", "docs/certificates.md; RFC 5280 4.2", Kind.Enterprise, draft => draft.WithCriticality(TestIssuers.Profiles.LicenseNumberExtension, true)),
        ("a short license number", "docs/certificates.md; RFC 5280 4.2", Kind.Enterprise, draft => draft.With(TestIssuers.Profiles.LicenseNumberExtension, "130131")),
        ("a license number of an officer", "docs/certificates.md; RFC 5280 4.2", Kind.Officer, draft => draft.With(TestIssuers.Profiles.LicenseNumberExtension, "130f393930312d30303030303030303432")),
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Finds_what_is_wrong(string what, string clause)
    {
        var row = Rows.Single(row => row.What == what);
        var (profile, right) = Right(row.Kind);
        var wrong = row.Spoil(CertificateDraft.Of(right.Certificate)).Write();

        Assert.False(_issuers.Subordinate.TryLint(profile, wrong, row.Kind == Kind.Enterprise, out _, out var refusal));

        Assert.Equal(Codes.CertificateLint, refusal.Code);
        Assert.Contains(clause, refusal.Detail + ")", StringComparison.Ordinal);
    }

    [Fact]
    public void Every_lint_has_a_row_that_it_finds()
    {
        foreach (var lint in CertificateLint.All)
            Assert.Contains(Rows, row => lint.Clause.Contains(row.Clause.TrimEnd(')'), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_class_of_lints_is_asked() =>
        Assert.Equal(
            typeof(CertificateLint).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CertificateLint))).OrderBy(type => type.Name),
            CertificateLint.All.Select(lint => lint.GetType()).OrderBy(type => type.Name));

    [Fact]
    public void What_a_draft_writes_again_unchanged_is_the_same_bytes_and_passes()
    {
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var (profile, right) = Right(kind);
            var again = CertificateDraft.Of(right.Certificate).Write();
            Assert.Equal(right.ToBeSigned.ToArray(), again);
            Assert.True(_issuers.Subordinate.TryLint(profile, again, kind == Kind.Enterprise, out _, out var refusal), refusal.ToString());
        }
    }

    [Fact]
    public void A_subordinate_may_not_certify_a_ca()
    {
        var content = new CertificateContent { Subject = SubjectNames.Authority("Below", "x"), Key = TestIssuers.NewKey(), From = TestIssuers.From, To = TestIssuers.To };

        Assert.False(_issuers.Subordinate.TryPrepare(TestIssuers.Profiles.Subordinate, content, out _, out var refusal));

        Assert.Contains("path length allows no CA below it", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_signed_is_what_was_linted()
    {
        var (_, linted) = Right(Kind.Enterprise);

        var certificate = new AsnReader(linted.Sign(_issuers.Key), AsnEncodingRules.DER).ReadSequence();

        Assert.Equal(linted.ToBeSigned.ToArray(), certificate.ReadEncodedValue().ToArray());
    }

    [Fact]
    public void Another_key_than_the_one_it_was_linted_for_does_not_sign_it()
    {
        var (_, linted) = Right(Kind.Enterprise);

        Assert.Throws<ArgumentException>(() => linted.Sign(_issuers.RootKey));
    }

    private (CertificateProfile Profile, LintedCertificate Linted) Right(Kind kind)
    {
        var (profile, content) = kind switch
        {
            Kind.Enterprise => (TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey())),
            Kind.Officer => (TestIssuers.Profiles.Officer, TestIssuers.Officer(TestIssuers.NewKey())),
            Kind.Service => (TestIssuers.Profiles.Service, TestIssuers.Service(TestIssuers.NewKey())),
            _ => (TestIssuers.Profiles.OcspSigner, TestIssuers.Delegate(TestIssuers.NewKey())),
        };
        Assert.True(_issuers.Subordinate.TryPrepare(profile, content, out var linted, out var refusal), refusal.ToString());
        return (profile, linted);
    }

    private static byte[] EnterpriseName(string identifier, UniversalTagNumber country = UniversalTagNumber.PrintableString) => CertificateDraft.Name(
        (X509Oids.CountryName, country, "CN"), (X509Oids.OrganizationName, UniversalTagNumber.UTF8String, "a"),
        (X509Oids.OrganizationIdentifier, UniversalTagNumber.UTF8String, identifier), (X509Oids.CommonName, UniversalTagNumber.UTF8String, "a"));

    /// <param name="address">{kid} stands for the issuer's, as in the address of its certificate.</param>
    private static DecodedExtension Point(string address, CertificateDraft draft)
    {
        var access = System.Text.Encoding.ASCII.GetString(draft.Extensions.Single(extension => extension.Oid == X509Oids.AuthorityInformationAccess).Value.Span);
        var kid = access[(access.IndexOf("/ca/", StringComparison.Ordinal) + 4)..access.IndexOf(".cer", StringComparison.Ordinal)];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address.Replace("{kid}", kid, StringComparison.Ordinal), new Asn1Tag(TagClass.ContextSpecific, 6));
        return new DecodedExtension(X509Oids.CrlDistributionPoints, Critical: false, writer.Encode());
    }

    private static byte[] NewKey(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] NewRsa(int bits)
    {
        using var key = RSA.Create(bits);
        return key.ExportSubjectPublicKeyInfo();
    }
}
