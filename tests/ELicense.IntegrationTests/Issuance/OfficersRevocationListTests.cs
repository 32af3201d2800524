using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.IntegrationTests.Certificates;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.People;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>The CRL of the officers' CA, before and after two administrators withdraw somebody's certificate.</summary>
public abstract class OfficersRevocationListTests : IDisposable
{
    private readonly CertificateFolder _folder = new();
    private readonly TestIssuers _officers = new();
    private readonly Counter _counter;
    private readonly PeopleChanges _changes;
    private readonly OfficeTree _offices = new(new Dictionary<int, int?> { [1] = null });
    private readonly X509Certificate2[] _certificates;
    private readonly string[] _ids = ["first", "second", "clerk", "leaver"];

    private protected OfficersRevocationListTests(DatabaseServer databases)
    {
        _counter = new Counter(databases: databases);
        _counter.Keys = _counter.Keys with { OfficersCas = [_officers.Subordinate] };
        _counter.Clock.Now = TimeProvider.System.GetUtcNow().AddMinutes(-5); // GnuTLS judges at the machine's time
        _counter.Reopen();
        _certificates = [.. _ids.Select(_ => Certificate())];
        SetUp();
        _changes = new PeopleChanges(_counter.Register, _offices, _counter.Clock);
    }

    public void Dispose()
    {
        _counter.Dispose();
        _officers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void OpenSSL_and_GnuTLS_accept_an_officers_certificate_until_it_is_withdrawn_or_its_person_leaves()
    {
        Assert.Equal(["good good", "good good", "good good"], [Judge(1), Judge(2), Judge(3)]);
        Change(PeopleChangeKind.CertificateWithdrawal, 2);
        Change(PeopleChangeKind.Withdrawal, 3);

        Assert.Equal(["good good", "revoked revoked", "revoked revoked"], [Judge(1), Judge(2), Judge(3)]);
    }

    [Fact]
    public void The_list_has_serial_numbers_times_and_reasons_and_nothing_else_of_anybody()
    {
        Change(PeopleChangeKind.CertificateWithdrawal, 2);
        var withdrawn = _counter.Clock.Now;
        _counter.Clock.Now += TimeSpan.FromMinutes(1);
        Change(PeopleChangeKind.Withdrawal, 3);
        var list = Published();

        var text = Programs.Run("openssl", ["crl", "-inform", "DER", "-in", _folder.Write("officers.crl", list), "-noout", "-text"]);
        Assert.Equal(2, text.Split("Serial Number: ").Length - 1);
        foreach (var (i, when, reason) in new[] { (2, withdrawn, "9"), (3, _counter.Clock.Now, "Affiliation Changed") })
        {
            Assert.Contains($"Serial Number: {_certificates[i].SerialNumber}\n        Revocation Date: {CertificateFolder.Time(when)}", text, StringComparison.Ordinal);
            Assert.True(reason == "9" || text.Contains(reason, StringComparison.Ordinal), text);
        }

        Assert.Contains("0A0109", Convert.ToHexString(list), StringComparison.Ordinal); // privilegeWithdrawn, for which OpenSSL has no name
        Assert.DoesNotContain("1.3.6.1.4.1.32473.1.2", text, StringComparison.Ordinal); // it does not come from the log
        foreach (var (i, id) in _ids.Index())
        {
            Assert.Equal(-1, list.AsSpan().IndexOf(_certificates[i].SubjectName.RawData));
            Assert.Equal(-1, list.AsSpan().IndexOf(Encoding.UTF8.GetBytes(id)));
        }
    }

    [Fact]
    public void It_is_made_anew_for_a_change_and_well_before_it_ends_and_its_numbers_rise_over_restarts()
    {
        var first = Read(Published());
        _counter.Clock.Now += TimeSpan.FromSeconds(1);
        var same = Read(Published());
        Change(PeopleChangeKind.Withdrawal, 3);
        var changed = Read(Published());
        _counter.Clock.Now += TimeSpan.FromDays(5);
        var renewed = Read(Published());
        _counter.Reopen();
        var restarted = Read(Published());

        Assert.Equal(first, same);
        Assert.True(first.Number < changed.Number && changed.Number < renewed.Number && renewed.Number < restarted.Number);
        Assert.Equal(_counter.Clock.Now.AddDays(7).ToUnixTimeSeconds(), renewed.NextUpdate.ToUnixTimeSeconds());
    }

    [Fact]
    public void A_certificate_from_before_names_were_kept_is_left_out_until_the_set_up_names_it()
    {
        _counter.Sql("UPDATE person_certificates SET issuer = NULL, serial = NULL");
        Change(PeopleChangeKind.Withdrawal, 3);
        Assert.Equal("good good", Judge(3));
        SetUp();

        Assert.Equal("revoked revoked", Judge(3));
    }

    [Fact]
    public void A_serial_number_belongs_to_one_person_whatever_the_certificates_signature_looks_like()
    {
        // Another encoding of the same signature has another fingerprint.
        var twin = new PeopleChange(PeopleChangeKind.Certificate, "first", null, null, Known(2) with { Fingerprint = Digest.Of("twin"u8) }, []);

        Assert.False(_changes.TryPropose(Standing("first"), twin, out _, out var refusal));
        Assert.Equal("state-conflict", refusal.Code);
    }

    private string Judge(int person)
    {
        var (list, judges) = (Published(), new RevocationJudges(_folder, _officers));
        return $"{judges.OpenSsl(_certificates[person], list)} {judges.CertTool(_certificates[person], list)}";
    }

    private byte[] Published()
    {
        Assert.Null(_counter.Publisher.PublishAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult().Refusal);
        return File.ReadAllBytes(Path.Combine(_counter.Settings.PublicationFolder, $"crl/{_officers.Subordinate.Kid}/complete.crl"));
    }

    private SignedRevocationList Read(byte[] list) =>
        SignedRevocationList.TryOpen(list, _officers.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var read, out var refusal) ? read : throw new InvalidOperationException(refusal.ToString());

    private void Change(PeopleChangeKind kind, int person)
    {
        var certificate = kind == PeopleChangeKind.CertificateWithdrawal ? new OfficerCertificate(Digest.Of(_certificates[person].RawData), Name: null) : null;
        Assert.True(_changes.TryPropose(Standing("first"), new PeopleChange(kind, _ids[person], null, null, certificate, []), out var proposed, out var refusal), refusal.ToString());
        Assert.True(_changes.TryConfirm(Standing("second"), proposed.Id, proposed.ContentHash, out refusal), refusal.ToString());
    }

    private OfficerStanding Standing(string person) => new(new Officer(person, person, 1), [new RoleGrant(OfficerRole.Administrator, 1)], _offices);

    private void SetUp() => new AuthorityPeople(_counter.Register, _offices, _counter.Clock).SetUp(
        [.. _ids.Select((id, i) => new FirstPerson(id, id, 1, Known(i), i < 2 ? [new RoleGrant(OfficerRole.Administrator, 1)] : []))]);

    private OfficerCertificate Known(int person) => OfficerCertificate.Of(_certificates[person], [_officers.Certificate]);

    private X509Certificate2 Certificate() => _officers.Subordinate.Issue(TestIssuers.Profiles.Officer, TestIssuers.Officer(TestIssuers.NewKey()));
}

public sealed class OfficersRevocationListOnSqliteTests() : OfficersRevocationListTests(EmbeddedDatabases.Instance);

public sealed class OfficersRevocationListOnPostgresTests(PostgresCluster cluster) : OfficersRevocationListTests(cluster);
