using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>One run of <c>elicense demo --exit --json</c> over the sample register, for the tests that look at what it left.</summary>
public sealed class FinishedDemo : IAsyncLifetime
{
    public string Data { get; } = Directory.CreateTempSubdirectory("elicense-demo-").FullName;

    public Finished Run { get; private set; } = null!;

    public JsonElement Report => Run.Json;

    public string Publication => Path.Combine(Data, "publication");

    public string TrustCard => Path.Combine(Publication, "trust.jws");

    public string Fingerprint => File.ReadAllText(Path.Combine(Data, "dev", "root.fingerprint")).Trim();

    /// <summary>The .elic file of license <paramref name="index"/>; the last one is revoked.</summary>
    public string LicenseFile(Index index)
    {
        var licenses = Report.GetProperty("licenses").EnumerateArray().ToArray();
        return licenses[index].GetProperty("file").GetString()!;
    }

    public async ValueTask InitializeAsync()
    {
        Run = await Elicense.RunAsync("demo", "--exit", "--json", "--csv", Elicense.SampleRegister, "--data", Data, "--port-base", "17080");
        Assert.True(Run.ExitCode == 0, $"demo ended with {Run.ExitCode}: {Run.Error}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Data, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The classes that read one and the same finished demo, and change at most a copy of it.</summary>
[CollectionDefinition(Name)]
public sealed class DemoTour : ICollectionFixture<FinishedDemo>
{
    public const string Name = "demo";
}
