using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>Enterprises' certificates by credit code: the log does not name it, the certificates' files do.</summary>
public sealed class CertificateHoldersTests : FollowedPublication
{
    // Codes of published registers.
    private static readonly CreditCode Shop = Code("91440300708461136T");
    private static readonly CreditCode Other = Code("91110108551385082Q");

    private readonly X509Certificate2 _first;
    private readonly X509Certificate2 _second;

    public CertificateHoldersTests()
    {
        _first = Certify(Shop, 7);
        Certify(Other, 8);
        _second = Certify(Shop, 9);
        Publication.Publish();
    }

    [Fact]
    public async Task All_of_an_enterprise_are_found_the_newest_first_once_their_files_were_read()
    {
        var follower = Follower();
        var view = await FollowAsync(follower);
        await AssertFoundAsync(view, Shop, areAll: false);

        Assert.Null(await follower.ReadCertificatesAsync(CancellationToken.None));

        await AssertFoundAsync(view, Shop, areAll: true, _second, _first);
        Assert.Single((await FoundAsync(view, Other)).Serials);
        await AssertFoundAsync(view, Code("91350100M000100Y43"), areAll: true);
    }

    [Fact]
    public async Task What_was_read_stays_read_over_a_restart_and_only_what_is_new_is_read()
    {
        await ReadAsync(Follower());
        using var third = Certify(Shop, 10);
        Publication.Publish();
        // That it is not read again shows in that its absence is no trouble.
        File.Delete(Publication.PathOf("certificates/10/8.cer"));

        var view = await ReadAsync(Follower());

        await AssertFoundAsync(view, Shop, areAll: true, third, _second, _first);
        await AssertFoundAsync(view, Other, areAll: false);
    }

    [Fact]
    public async Task A_change_of_standing_and_licenses_leave_nothing_to_be_read()
    {
        var follower = Follower();
        await ReadAsync(follower);
        Publication.Issue(1);
        Publication.Change(_first, 7, Standing.Suspended);
        Publication.Publish();

        Assert.True((await FoundAsync(await FollowAsync(follower), Shop)).AreAll);
    }

    [Theory]
    [InlineData(true, Codes.CertificateMissing)]
    [InlineData(false, Codes.DigestMismatch)]
    public async Task A_file_that_is_missing_or_altered_keeps_no_other_waiting_and_is_found_when_it_is_right(bool missing, string code)
    {
        var right = Publication.Read("certificates/10/9.cer");
        if (missing)
            File.Delete(Publication.PathOf("certificates/10/9.cer"));
        else
            Publication.Flip("certificates/10/9.cer", 100);
        var follower = Follower();
        var view = await FollowAsync(follower);

        Assert.Equal(code, (await follower.ReadCertificatesAsync(CancellationToken.None))?.Code);
        await AssertFoundAsync(view, Shop, areAll: false, _first);

        Publication.Write("certificates/10/9.cer", right);
        Assert.Null(await follower.ReadCertificatesAsync(CancellationToken.None));
        await AssertFoundAsync(view, Shop, areAll: true, _second, _first);
    }

    [Fact]
    public async Task One_that_names_no_enterprise_is_nobodys_and_not_read_again()
    {
        using var service = Publication.Authority.Enterprises.Subordinate.Issue(TestIssuers.Profiles.Service, TestIssuers.Service(TestIssuers.NewKey()));
        Publication.Certify(service, 11);
        Publication.Publish();
        await ReadAsync(Follower());
        File.Delete(Publication.PathOf("certificates/10/11.cer"));

        Assert.True((await FoundAsync(await ReadAsync(Follower()), Shop)).AreAll);
    }

    [Fact]
    public async Task A_former_view_does_not_know_a_later_certificate()
    {
        var follower = Follower();
        var before = await ReadAsync(follower);
        using var later = Certify(Shop, 10);
        Publication.Publish();
        var after = await ReadAsync(follower);

        Assert.DoesNotContain(later.SerialNumber, (await FoundAsync(before, Shop)).Serials);
        Assert.Contains(later.SerialNumber, (await FoundAsync(after, Shop)).Serials);
    }

    [Fact]
    public async Task Without_a_folder_of_its_own_they_are_found_all_the_same()
    {
        var settings = new FollowerSettings(TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), StateFolder: null, HighWaterFolder: null);

        var view = await ReadAsync(Keep(new PublicationFollower(PublicationSource.Open(Publication.Folder), settings, Clock)));

        Assert.Equal(2, (await FoundAsync(view, Shop)).Serials.Count);
    }

    [Fact]
    public async Task More_than_one_reads_at_a_time_are_found()
    {
        for (var i = 20; i < 320; i++)
            Certify(i % 100 == 0 ? Shop : Other, i).Dispose();
        Publication.Publish();

        var view = await ReadAsync(Follower());

        Assert.Equal(5, (await FoundAsync(view, Shop)).Serials.Count);
        Assert.Equal(100, (await FoundAsync(view, Other)).Serials.Count);
    }

    [Fact]
    public async Task Files_are_read_several_at_a_time_and_come_in_their_order()
    {
        var source = new PairedSource(PublicationSource.Open(Publication.Folder));
        var view = await ReadAsync(Keep(new PublicationFollower(source, new FollowerSettings(TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), State, HighWater), Clock)));
        source.IsPaired = true;
        await AssertFoundAsync(view, Shop, areAll: true, _second, _first);
    }

    [Fact]
    public async Task A_look_up_of_an_earlier_release_is_built_again()
    {
        await FollowAsync(Follower());
        Close();
        using (var database = new SqliteConnection($"Data Source={Path.Combine(State, "lookup.db")};Pooling=False"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "DROP TABLE holder; PRAGMA user_version = 4";
            command.ExecuteNonQuery();
        }

        var follower = Follower();
        Assert.Equal(3, (await follower.PollAsync(CancellationToken.None)).NewEntries);
        Assert.Equal(2, (await FoundAsync(await ReadAsync(follower), Shop)).Serials.Count);
    }

    private static async Task<PublicationView> ReadAsync(PublicationFollower follower)
    {
        var view = await FollowAsync(follower);
        Assert.Null(await follower.ReadCertificatesAsync(CancellationToken.None));
        return view;
    }

    /// <param name="certificates">In their order.</param>
    private static async Task AssertFoundAsync(PublicationView view, CreditCode holder, bool areAll, params X509Certificate2[] certificates)
    {
        var found = await FoundAsync(view, holder);
        Assert.Equal(certificates.Select(certificate => certificate.SerialNumber), found.Serials);
        Assert.Equal(areAll, found.AreAll);
    }

    private static async Task<(List<string> Serials, bool AreAll)> FoundAsync(PublicationView view, CreditCode holder)
    {
        var held = await view.Certificates.OfAsync(holder, CancellationToken.None);
        return (held.Certificates.Select(der => X509CertificateLoader.LoadCertificate(der.Span).SerialNumber).ToList(), held.AreAll);
    }

    private X509Certificate2 Certify(CreditCode holder, int index)
    {
        var content = TestIssuers.Enterprise(TestIssuers.NewKey()) with
        {
            Subject = SubjectNames.Enterprise("福州示例有限公司", holder),
            CreditCode = holder,
            From = TestAuthority.Now.AddDays(-1),
            To = TestAuthority.Now.AddYears(1),
        };
        var certificate = Publication.Authority.Enterprises.Subordinate.Issue(TestIssuers.Profiles.Enterprise, content);
        Publication.Certify(certificate, index);
        return certificate;
    }

    /// <summary>Nobody gets a certificate before two are asked for.</summary>
    private sealed class PairedSource(PublicationSource source) : PublicationSource
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public bool IsPaired { get; set; }

        public override string Name => source.Name;

        public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
        {
            if (IsPaired && path.StartsWith("certificates/", StringComparison.Ordinal))
            {
                if (Interlocked.Increment(ref _asked) == 2)
                    _both.SetResult();
                await _both.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellation);
            }

            return await source.ReadAsync(path, maxBytes, cancellation);
        }

        public override Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation) => source.WaitForChangeAsync(atMost, cancellation);
    }

    private static CreditCode Code(string text) => CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());
}
