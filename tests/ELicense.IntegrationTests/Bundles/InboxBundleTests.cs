using System.Formats.Tar;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Bundles;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Bundles;

/// <summary>Filings over a gap, one way, and what becomes of them, the other way.</summary>
public sealed class InboxBundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-inbox-").FullName;

    private string PublicInbox => Path.Combine(_folder, "public-inbox");

    private string AuthorityInbox => Path.Combine(_folder, "authority-inbox");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_delegates_request_crosses_in_an_inbox_bundle_and_its_certificate_comes_back_in_a_bundle()
    {
        using var published = new PublishedCounter();
        var counter = published.Counter;
        counter.Issue(1);
        published.Publish();
        var (here, state) = (Path.Combine(_folder, "publication"), Path.Combine(_folder, "state"));
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        using var delegates = new OcspDelegates(PublicationSource.Open(here), PublicInbox, () => key, counter.Clock);
        Assert.Null(await CarryAsync());
        using var follower = new PublicationFollower(PublicationSource.Open(here), new FollowerSettings(published.Anchor, StateFolder: null, HighWaterFolder: null), counter.Clock);
        await follower.PollAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Codes.DelegateWaits, await RefreshAsync());

        var (exported, packed) = await ExportAsync();
        Assert.Equal(1, exported.Files);
        Assert.Equal(1, (await ImportAsync()).Files);
        var settings = new DelegateSettings(
            AuthorityInbox, counter.Settings.PublicationFolder, () => [new NamedDelegate(OcspDelegates.Role, Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span))], TimeSpan.FromDays(14));
        var card = follower.View!.Trust.Card;
        var desk = new DelegateDesk(settings, [counter.Issuers.Subordinate], () => card, new AuditLog(counter.Register, counter.Clock), new ClockConfirmation(counter.Register, counter.Settings, counter.Clock));
        Assert.Null(Assert.Single(desk.Run()).Refusal);
        Assert.Null(await CarryAsync());

        Assert.Null(await RefreshAsync());
        Assert.Equal(Assert.Single(Directory.GetFiles(PublicInbox)), Assert.Single(packed));

        async Task<string?> RefreshAsync() => (await delegates.RefreshAsync(follower.View!.Trust, TestContext.Current.CancellationToken))?.Code;

        async Task<string?> CarryAsync()
        {
            using var bundle = new MemoryStream(BundledAuthority.Export(counter.Settings.PublicationFolder));
            return (await new BundleImport(here, state, published.Anchor, counter.Clock).RunAsync(bundle, progress: null, TestContext.Current.CancellationToken)).Refusal?.Code;
        }
    }

    [Fact]
    public async Task Only_filings_that_are_what_their_names_say_go_into_a_bundle()
    {
        Directory.CreateDirectory(PublicInbox);
        File.WriteAllText(Path.Combine(PublicInbox, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "abc"); // FIPS 180-2 B.1
        File.WriteAllText(Path.Combine(PublicInbox, new string('a', 64)), "abc");
        File.WriteAllText(Path.Combine(PublicInbox, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD.new"), "abc");
        File.WriteAllText(Path.Combine(PublicInbox, "notes.txt"), "abc");
        File.CreateSymbolicLink(Path.Combine(PublicInbox, new string('b', 64)), "/dev/zero");

        var (result, packed) = await ExportAsync();

        Assert.Equal(1, result.Files);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Path.GetFileName(Assert.Single(packed)));
        Assert.Null((await ImportAsync()).Refusal);
        Assert.Equal("abc", File.ReadAllText(Assert.Single(Directory.GetFiles(AuthorityInbox))));
    }

    [Theory]
    [InlineData("inbox/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 4, "digest-mismatch")]
    [InlineData("inbox/BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", 3, "bundle-malformed")]
    [InlineData("inbox/../ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3, "bundle-malformed")]
    [InlineData("log/checkpoint", 3, "bundle-malformed")]
    [InlineData("inbox/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 100_000, "too-large")]
    [InlineData("inbox/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3, "bundle-cut")] // right, but nothing says that it is all
    public async Task A_bundle_with_anything_else_puts_nothing_into_the_inbox(string path, int length, string code)
    {
        using (var tar = new TarWriter(File.Create(Bundle)))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes("abc".PadRight(length))) });

        Assert.Equal(code, (await ImportAsync()).Refusal?.Code);
        Assert.False(Directory.Exists(AuthorityInbox));
    }

    [Fact]
    public async Task A_publication_is_no_inbox_and_an_inbox_no_publication()
    {
        Directory.CreateDirectory(PublicInbox);
        await ExportAsync();
        await using var bundle = File.OpenRead(Bundle);
        using var published = new PublishedCounter();

        var result = await new BundleImport(Path.Combine(_folder, "publication"), Path.Combine(_folder, "state"), published.Anchor, TimeProvider.System)
            .RunAsync(bundle, progress: null, TestContext.Current.CancellationToken);

        Assert.Equal("bundle-malformed", result.Refusal?.Code);
    }

    private string Bundle => Path.Combine(_folder, "inbox.tar");

    private async Task<(BundleResult Result, IReadOnlyList<string> Packed)> ExportAsync()
    {
        await using var bundle = File.Create(Bundle);
        return await InboxBundle.ExportAsync(PublicInbox, bundle, TestContext.Current.CancellationToken);
    }

    private async Task<BundleResult> ImportAsync()
    {
        await using var bundle = File.OpenRead(Bundle);
        return await InboxBundle.ImportAsync(bundle, AuthorityInbox, TestContext.Current.CancellationToken);
    }
}
