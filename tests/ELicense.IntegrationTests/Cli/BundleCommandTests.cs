using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>A demo's publication and a filing, carried by the commands; GNU tar reads what they wrote.</summary>
[Collection(DemoTour.Name)]
public sealed class BundleCommandTests(FinishedDemo demo) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_publication_crosses_and_a_cut_bundle_says_what_is_wrong()
    {
        var (bundle, here) = (Path.Combine(_folder, "p.tar"), Path.Combine(_folder, "publication"));
        string[] import = ["bundle", "import", bundle, "--publication", here, "--trust", demo.Fingerprint, "--state", Path.Combine(_folder, "state"), "--json"];

        var exported = await Elicense.RunAsync("bundle", "export", bundle, "--publication", demo.Publication, "--json");
        Assert.True(exported.ExitCode == 0, exported.Error);
        var listed = (await Elicense.RunToolAsync("tar", "-tf", bundle)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("bundle.json", listed[^1]);
        Assert.Equal(exported.Json.GetProperty("files").GetInt32(), listed.Length - 1);
        var imported = await Elicense.RunAsync(import);
        Assert.True(imported.ExitCode == 0, imported.Error);
        Assert.Equal(exported.Json.GetProperty("to").GetInt64(), imported.Json.GetProperty("to").GetInt64());
        var verified = await Elicense.RunAsync("verify", demo.LicenseFile(0), "--trust", demo.Fingerprint, "--publication", here);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);

        await using (var file = File.OpenWrite(bundle))
            file.SetLength(file.Length / 2);
        var cut = await Elicense.RunAsync(import);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("[bundle-cut]", cut.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filing_crosses_and_leaves_the_inbox_when_it_is_told_to()
    {
        var (bundle, from, to) = (Path.Combine(_folder, "i.tar"), Directory.CreateDirectory(Path.Combine(_folder, "from")).FullName, Path.Combine(_folder, "to"));
        var name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2 B.1
        await File.WriteAllTextAsync(Path.Combine(from, name), "abc", TestContext.Current.CancellationToken);

        Assert.Equal(0, (await Elicense.RunAsync("inbox", "export", bundle, "--inbox", from, "--remove")).ExitCode);
        var imported = await Elicense.RunAsync("inbox", "import", bundle, "--inbox", to, "--json");

        Assert.Equal(1, imported.Json.GetProperty("files").GetInt32());
        Assert.Empty(Directory.GetFiles(from));
        Assert.Equal("abc", await File.ReadAllTextAsync(Path.Combine(to, name), TestContext.Current.CancellationToken));
    }
}
