using ELicense.Core;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Matters;
using ELicense.Verification.Bundles;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Bundles;

/// <summary>An authority that published twice, and the bundles of it: the first publication, what came after it, and everything.</summary>
public sealed class BundledAuthority : IDisposable
{
    private readonly List<string> _folders = [];

    public BundledAuthority()
    {
        Published = new PublishedCounter();
        var counter = Published.Counter;
        var license = counter.Issue(1);
        counter.Certify(license.Number);
        Assert.Null(Published.Publish().Refusal);
        FirstSize = counter.Scalar("SELECT count(*) FROM whole_log");
        First = Export(Folder);
        FirstCopy = Copy(Folder);

        // Beyond a full tile: partial ones give way to it.
        foreach (var result in counter.Authority.CarryOut(counter.ApprovedBatch(2, 260)))
            Assert.Null(result.Refusal);
        counter.Change(MatterType.Revocation, license);
        counter.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(Published.Publish().Refusal);
        Size = counter.Scalar("SELECT count(*) FROM whole_log");
        Second = Export(Folder, FirstSize);
        Whole = Export(Folder);
    }

    internal PublishedCounter Published { get; }

    public string Folder => Published.Counter.Settings.PublicationFolder;

    public long FirstSize { get; }

    public long Size { get; }

    public byte[] First { get; }

    /// <summary>The folder as it was then.</summary>
    public string FirstCopy { get; }

    /// <summary>Since <see cref="FirstSize"/>.</summary>
    public byte[] Second { get; }

    public byte[] Whole { get; }

    public static byte[] Export(string folder, long since = 0)
    {
        using var bundle = new MemoryStream();
        var result = BundleExport.RunAsync(folder, since, bundle, progress: null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        Assert.Null(result.Refusal);
        return bundle.ToArray();
    }

    public string NewFolder()
    {
        _folders.Add(Directory.CreateTempSubdirectory("elicense-bundle-").FullName);
        return _folders[^1];
    }

    public string Copy(string from)
    {
        var to = NewFolder();
        foreach (var (path, content) in Files(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, path))!);
            File.WriteAllBytes(Path.Combine(to, path), content);
        }

        return to;
    }

    public static SortedDictionary<string, byte[]> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(full => Path.GetRelativePath(folder, full), File.ReadAllBytes), StringComparer.Ordinal);

    public async Task<BundleResult> ImportAsync(byte[] bundle, string folder, string state, IProgress<long>? progress = null, CancellationToken? cancellation = null)
    {
        using var stream = new MemoryStream(bundle);
        return await new BundleImport(folder, state, Published.Anchor, Published.Counter.Clock).RunAsync(stream, progress, cancellation ?? TestContext.Current.CancellationToken);
    }

    public async Task<Refusal?> FollowAsync(string folder, long size)
    {
        using var follower = new PublicationFollower(PublicationSource.Open(folder), new FollowerSettings(Published.Anchor, StateFolder: null, HighWaterFolder: null), Published.Counter.Clock);
        var result = await follower.PollAsync(TestContext.Current.CancellationToken);
        Assert.True(result.Refusal is not null || result.LogSize == size);
        return result.Refusal;
    }

    public void Dispose()
    {
        Published.Dispose();
        foreach (var folder in _folders)
            Directory.Delete(folder, recursive: true);
    }
}
