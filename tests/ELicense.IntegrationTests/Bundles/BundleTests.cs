using System.Formats.Tar;
using ELicense.Core;
using ELicense.IntegrationTests.Issuance;
using ELicense.Verification.Bundles;
using Xunit;

namespace ELicense.IntegrationTests.Bundles;

/// <summary>A publication over a gap: real folders, and bundles that were cut, changed, old, or somebody else's.</summary>
public sealed class BundleTests(BundledAuthority authority) : IClassFixture<BundledAuthority>
{
    [Fact]
    public async Task What_is_imported_in_two_parts_is_the_publication_and_followers_take_it()
    {
        var (folder, state) = (authority.NewFolder(), authority.NewFolder());

        var first = await authority.ImportAsync(authority.First, folder, state);
        Assert.Null(first.Refusal);
        Assert.Equal((0, authority.FirstSize), (first.From, first.To));
        Assert.Equal(BundledAuthority.Files(authority.FirstCopy), BundledAuthority.Files(folder));
        var second = await authority.ImportAsync(authority.Second, folder, state);

        Assert.Null(second.Refusal);
        Assert.Equal((authority.FirstSize, authority.Size), (second.From, second.To));
        Assert.Equal(BundledAuthority.Files(authority.Folder), BundledAuthority.Files(folder));
        Assert.Null(await authority.FollowAsync(folder, authority.Size));
        Assert.True(BundledAuthority.Export(authority.Folder, authority.Size).Length < authority.Whole.Length / 2);
    }

    [Fact]
    public async Task The_same_bundle_again_changes_nothing_and_a_larger_one_is_taken_by_whoever_has_less_or_nothing()
    {
        var (folder, state) = (authority.NewFolder(), authority.NewFolder());
        Assert.Null((await authority.ImportAsync(authority.First, folder, state)).Refusal);
        Assert.Null((await authority.ImportAsync(authority.First, folder, state)).Refusal);
        Assert.Null((await authority.ImportAsync(authority.Whole, folder, state)).Refusal);

        Assert.Equal(BundledAuthority.Files(authority.Folder), BundledAuthority.Files(folder));
        Assert.Empty(Directory.GetDirectories(state)); // nothing is left aside
    }

    [Fact]
    public async Task A_bundle_whose_beginning_the_folder_lacks_is_refused()
    {
        var (folder, state) = (authority.NewFolder(), authority.NewFolder());

        Assert.Equal("bundle-gap", (await authority.ImportAsync(authority.Second, folder, state)).Refusal?.Code);
        Assert.Empty(BundledAuthority.Files(folder));
    }

    [Fact]
    public async Task A_folder_never_goes_back_not_even_when_folder_or_mark_is_lost()
    {
        var (folder, state) = (authority.NewFolder(), authority.NewFolder());
        Assert.Null((await authority.ImportAsync(authority.Whole, folder, state)).Refusal);

        Assert.Equal("log-rollback", (await authority.ImportAsync(authority.First, folder, state)).Refusal?.Code);
        Assert.Equal("log-rollback", (await authority.ImportAsync(authority.First, folder, authority.NewFolder())).Refusal?.Code);
        Assert.Equal("log-rollback", (await authority.ImportAsync(authority.First, authority.NewFolder(), state)).Refusal?.Code);
        Assert.Equal(BundledAuthority.Files(authority.Folder), BundledAuthority.Files(folder));
    }

    [Fact]
    public async Task A_bundle_that_was_cut_anywhere_is_refused_and_nothing_is_replaced()
    {
        var (folder, state) = (authority.Copy(authority.FirstCopy), authority.NewFolder());
        for (var cut = 0; cut < authority.Second.Length - 1024; cut += (authority.Second.Length / 16) + 1) // a tar ends with two empty blocks, which say nothing
        {
            var refused = (await authority.ImportAsync(authority.Second[..cut], folder, state)).Refusal;
            Assert.Contains(refused?.Code, (string[])["bundle-cut", "bundle-malformed"]);
        }

        Assert.Equal(BundledAuthority.Files(authority.FirstCopy), BundledAuthority.Files(folder));
    }

    [Fact]
    public async Task A_flipped_byte_is_found_wherever_it_says_anything()
    {
        var (folder, state) = (authority.Copy(authority.FirstCopy), authority.NewFolder());
        var (refusals, taken) = (0, false);
        for (var at = 0; at < authority.Second.Length; at += (authority.Second.Length / 24) + 7)
        {
            var changed = authority.Second.ToArray();
            changed[at] ^= 0x10;
            var refused = (await authority.ImportAsync(changed, folder, state)).Refusal is not null;
            (refusals, taken) = (refusals + (refused ? 1 : 0), taken || !refused);
            // What fills the last block of a file says nothing: then the bundle is what it was, and is taken.
            Assert.Equal(BundledAuthority.Files(taken ? authority.Folder : authority.FirstCopy), BundledAuthority.Files(folder));
        }

        Assert.InRange(refusals, 15, 24);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("log/../../escaped")]
    [InlineData("/tmp/elicense-escaped")]
    [InlineData("log//checkpoint")]
    [InlineData("index.html")]
    [InlineData("inbox/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("trust.jws.new")]
    public async Task A_path_that_no_publication_has_is_refused(string path)
    {
        var folder = authority.NewFolder();
        var bundle = Tar(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream([1]) });

        Assert.Equal("bundle-malformed", (await authority.ImportAsync(bundle, Path.Combine(folder, "publication"), Path.Combine(folder, "state"))).Refusal?.Code);
        Assert.Equal([Path.Combine("state", "bundle.lock")], BundledAuthority.Files(folder).Keys);
        Assert.False(File.Exists("/tmp/elicense-escaped"));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.Fifo)]
    public async Task What_is_no_plain_file_is_refused(TarEntryType type)
    {
        var entry = new UstarTarEntry(type, "log/checkpoint");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = "/etc/passwd";
        Assert.Equal("bundle-malformed", (await authority.ImportAsync(Tar(entry), authority.NewFolder(), authority.NewFolder())).Refusal?.Code);
    }

    [Fact]
    public async Task A_file_beyond_its_bound_is_refused_by_what_its_head_says()
    {
        var large = Tar(new UstarTarEntry(TarEntryType.RegularFile, "log/checkpoint") { DataStream = new MemoryStream(new byte[1024 * 1024]) });
        Assert.Equal("too-large", (await authority.ImportAsync(large, authority.NewFolder(), authority.NewFolder())).Refusal?.Code);
    }

    /// <summary>Exported again, so that the bundle's own hash is right: only the authority's signatures tell.</summary>
    [Theory]
    [InlineData("log/tile/entries/000", "log-fork tile-mismatch malformed unknown-entry unknown-format not-canonical")]
    [InlineData("log/tile/0/000", "tile-mismatch")]
    [InlineData("log/tile/1/000.p/1", "tile-mismatch")]
    [InlineData("log/vkey", "key-unknown")]
    [InlineData("documents/000", "document-mismatch malformed not-canonical signature-invalid")]
    [InlineData("certificates/100/0.cer", "digest-mismatch")]
    [InlineData("status/licenses/3.cwt", "status-signature malformed not-canonical")]
    [InlineData("status/certificates/100.jwt", "status-signature malformed")]
    [InlineData("trust/offices.jws", "signature-invalid malformed")]
    [InlineData("crl/{ca}/complete.crl", "signature-wrong malformed")]
    [InlineData("ca/{ca}.cer", "bundle-foreign")]
    public async Task A_changed_file_is_refused_though_the_bundle_is_whole(string pattern, string codes)
    {
        var path = pattern.Replace("{ca}", authority.Published.Counter.Issuers.Key.PublicKey.Kid.ToString(), StringComparison.Ordinal);
        var changed = authority.Copy(authority.Folder);
        var bytes = File.ReadAllBytes(Path.Combine(changed, path));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Path.Combine(changed, path), bytes);
        await AssertRefusedAsync(changed, codes);
    }

    [Theory]
    [InlineData("log/tile/0/007")]
    [InlineData("certificates/100/9.cer")]
    [InlineData("status/licenses/4.cwt")]
    [InlineData("crl/0123456789abcdef/complete.crl")]
    [InlineData("delegates/0123456789abcdef-0123456789abcdef.cer")]
    [InlineData("exchange/black-list.jws")]
    [InlineData("trust/7.jws")]
    public async Task A_file_that_nothing_signed_leads_to_is_refused(string path)
    {
        var added = Insert(authority.Whole, path, File.ReadAllBytes(Path.Combine(authority.Folder, "certificates/100/0.cer")));
        var folder = authority.NewFolder();

        var refused = (await authority.ImportAsync(added, folder, authority.NewFolder())).Refusal;

        Assert.NotNull(refused);
        Assert.Empty(BundledAuthority.Files(folder));
    }

    [Fact]
    public async Task Another_authoritys_bundle_is_not_taken()
    {
        using var other = new PublishedCounter();
        other.Counter.Issue(1);
        other.Publish();

        var refused = (await authority.ImportAsync(BundledAuthority.Export(other.Counter.Settings.PublicationFolder), authority.NewFolder(), authority.NewFolder())).Refusal;

        Assert.Equal("trust-root", refused?.Code);
    }

    [Fact]
    public async Task An_import_that_is_cut_off_leaves_a_publication_that_followers_take_and_is_finished_by_the_next()
    {
        var files = (await authority.ImportAsync(authority.Second, authority.Copy(authority.FirstCopy), authority.NewFolder())).Files;
        for (var after = 1L; after < files; after += files / 5)
        {
            var (folder, state) = (authority.Copy(authority.FirstCopy), authority.NewFolder());
            using var cut = new CancellationTokenSource();
            var progress = new Cutting(after, cut);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => authority.ImportAsync(authority.Second, folder, state, progress, cut.Token));

            Assert.Null(await authority.FollowAsync(folder, File.ReadAllBytes(Path.Combine(folder, "log/checkpoint")).SequenceEqual(File.ReadAllBytes(Path.Combine(authority.Folder, "log/checkpoint"))) ? authority.Size : authority.FirstSize));
            Assert.Null((await authority.ImportAsync(authority.Second, folder, state)).Refusal);
            Assert.Equal(BundledAuthority.Files(authority.Folder), BundledAuthority.Files(folder));
        }
    }

    [Fact]
    public async Task An_export_while_the_publisher_goes_on_is_whole()
    {
        using var busy = new PublishedCounter();
        busy.Publish();
        var publishing = Task.Run(() =>
        {
            for (var number = 1; number <= 12; number++)
            {
                busy.Counter.Issue(number);
                busy.Publish();
            }
        }, TestContext.Current.CancellationToken);
        var folder = busy.Counter.Settings.PublicationFolder;
        do
        {
            using var bundle = new MemoryStream(BundledAuthority.Export(folder));
            var into = authority.NewFolder();
            var result = await new BundleImport(Path.Combine(into, "publication"), into, busy.Anchor, busy.Counter.Clock).RunAsync(bundle, progress: null, TestContext.Current.CancellationToken);
            Assert.Null(result.Refusal);
        }
        while (!publishing.IsCompleted);
        await publishing;
    }

    private async Task AssertRefusedAsync(string changed, string codes)
    {
        var folder = authority.Copy(authority.FirstCopy);

        var refused = (await authority.ImportAsync(BundledAuthority.Export(changed), folder, authority.NewFolder())).Refusal;

        Assert.Contains(refused?.Code, codes.Split(' '));
        Assert.Equal(BundledAuthority.Files(authority.FirstCopy), BundledAuthority.Files(folder));
    }

    private static byte[] Tar(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }

        return bytes.ToArray();
    }

    /// <summary>A file more, and an end that counts it: the folder's own export would not have taken it along.</summary>
    private static byte[] Insert(byte[] bundle, string path, byte[] content)
    {
        var files = new List<(string Path, byte[] Content)>();
        using var reader = new TarReader(new MemoryStream(bundle));
        while (reader.GetNextEntry() is { } entry)
        {
            using var copy = new MemoryStream();
            entry.DataStream?.CopyTo(copy);
            files.Add((entry.Name, copy.ToArray()));
        }

        files.Insert(files.Count - 1, (path, content));
        files[^1] = ("bundle.json", EndOf(files));
        return Tar([.. files.Select(file => new UstarTarEntry(TarEntryType.RegularFile, file.Path) { DataStream = new MemoryStream(file.Content) })]);
    }

    // docs/formats.md, Bundles
    private static byte[] EndOf(List<(string Path, byte[] Content)> files)
    {
        using var hashed = new MemoryStream();
        foreach (var (path, content) in files.SkipLast(1))
        {
            hashed.Write(System.Text.Encoding.UTF8.GetBytes(path));
            hashed.WriteByte(0);
            hashed.Write(BitConverter.GetBytes((long)content.Length).Reverse().ToArray());
            hashed.Write(content);
        }

        var end = System.Text.Json.Nodes.JsonNode.Parse(files[^1].Content)!.AsObject();
        end["files"] = files.Count - 1;
        end["sha256"] = Digest.Of(hashed.ToArray()).ToString();
        return System.Text.Encoding.UTF8.GetBytes(end.ToJsonString());
    }

    /// <summary>Pulls the plug when so many files are in their places.</summary>
    private sealed class Cutting(long after, CancellationTokenSource cut) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value == after)
                cut.Cancel();
        }
    }
}
