using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// The register's disk takes no more while the real authority runs: writes are refused as disk-full, reads go on, and with room again everything works on. tests/drills/disk-full
/// gives a small file system (ELICENSE_SMALL_DISK) that is filled to its last byte.
/// </summary>
public abstract class DiskFullTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-full-").FullName;

    protected static string? SmallDisk { get; } = Environment.GetEnvironmentVariable("ELICENSE_SMALL_DISK");

    // A small file system: more than the write-ahead log, which is written over, has room for.
    private static int Rows { get; } = SmallDisk is null ? 40 : 6000;

    protected AuthorityProcess Authority { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Authority = await StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Fault", "9")]
    public async Task On_a_full_disk_writes_are_refused_reads_go_on_and_with_room_again_every_row_is_licensed_once()
    {
        await IssueAsync(await ImportAsync(GeneratedRegister.Write(_folder, 20)));
        var register = GeneratedRegister.Write(_folder, Rows);

        Fill();
        var answer = Curl("-i", "-H", "Expect:", "-H", "Content-Type: text/csv", "--data-binary", "@" + register, "/api/v1/applications/import");
        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 5", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"disk-full\"", answer, StringComparison.Ordinal);
        var refused = await ImportAsync(register);
        Assert.Equal((1, true), (refused.ExitCode, refused.Error.Contains("[disk-full]", StringComparison.Ordinal)));
        Assert.Contains("\"state\":\"done\"", Curl("/api/v1/batches?state=done"), StringComparison.Ordinal);
        Assert.Equal("{\"status\":\"ready\"}", Curl("/readyz"));

        Free();
        await IssueAsync(await ImportAsync(register));

        await AssertSoundAsync(Enumerable.Range(1, Rows).Count(row => !GeneratedRegister.IsWrong(row)));
    }

    protected abstract Task<AuthorityProcess> StartAsync(string folder);

    /// <summary>From now on the register's disk takes no more.</summary>
    protected abstract void Fill();

    protected abstract void Free();

    protected abstract TestDatabase Register();

    protected static string Filler => Path.Combine(SmallDisk!, "filler");

    /// <summary>Writes zeros until the file system refuses (ENOSPC).</summary>
    protected static void FillSmallDisk()
    {
        var full = Assert.Throws<InvalidOperationException>(() => Programs.Run("dd", ["if=/dev/zero", "of=" + Filler, "bs=4096"]));
        Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
    }

    private Task<Finished> ImportAsync(string register) => Elicense.RunAsync(["import", register, "--json", .. Options("clerk")]);

    private async Task IssueAsync(Finished imported)
    {
        Assert.True(imported.ExitCode == 0, imported.Error + Authority.Errors);
        var id = imported.Json.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
        var approved = await Elicense.RunAsync(["approve", "--batch", id, "--yes", "--json", .. Options("approver")]);
        Assert.True(approved.ExitCode == 0, approved.Error + Authority.Errors);
        Assert.Equal("done", approved.Json.GetProperty("state").GetString());
    }

    private async Task AssertSoundAsync(int licenses)
    {
        using var register = Register();
        Assert.Equal(
            Enumerable.Range(1, licenses).Select(serial => serial.ToString(CultureInfo.InvariantCulture)),
            register.Rows("SELECT p.serial FROM prepared_licenses p JOIN signed_licenses s ON s.status_index = p.status_index ORDER BY p.serial"));
        var positions = register.Rows("SELECT position FROM whole_log ORDER BY position");
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(position => position.ToString(CultureInfo.InvariantCulture)), positions);

        // The publisher comes after the batch: its checkpoint covers every license within a few rounds.
        var fingerprint = await File.ReadAllTextAsync(Path.Combine(Authority.Data, "dev", "root.fingerprint"), TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        Finished audit;
        do
        {
            audit = await Elicense.RunAsync(
                "log", "verify", "--json", "--trust", fingerprint.Trim(), "--publication", Path.Combine(Authority.Data, "publication"));
            Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
        }
        while (audit.Json.GetProperty("entries").GetInt64() < licenses && watch.Elapsed < TimeSpan.FromMinutes(1));
        Assert.InRange(audit.Json.GetProperty("entries").GetInt64(), licenses, positions.Count);
    }

    private string[] Options(string person) =>
        ["--authority", Authority.Door.ToString(), "--officer", Authority.Development(person), "--ca", Authority.RootCertificate];

    private string Curl(params string[] arguments) => Programs.Run(
        "curl", ["-sS", "--http1.1", "--cacert", Authority.RootCertificate, "--cert", Authority.Development("clerk"), .. arguments[..^1], new Uri(Authority.Door, arguments[^1]).ToString()]);
}

/// <summary>Without a small file system a limit of the process's files (RLIMIT_FSIZE) stands for it: the kernel refuses each write beyond it (EFBIG).</summary>
public sealed class DiskFullOnSqliteTests : DiskFullTests
{
    protected override Task<AuthorityProcess> StartAsync(string folder) => AuthorityProcess.StartAsync(18880, folder: SmallDisk);

    // The register that is sent has room, a transaction in the write-ahead log has none.
    protected override void Fill()
    {
        if (SmallDisk is null)
            Limit("16384");
        else
            FillSmallDisk();
    }

    protected override void Free()
    {
        if (SmallDisk is null)
            Limit("unlimited");
        else
            File.Delete(Filler);
    }

    protected override TestDatabase Register() => EmbeddedDatabases.Instance.Create(Path.Combine(Authority.Data, "authority"));

    private void Limit(string bytes) =>
        Programs.Run("prlimit", ["--pid", Authority.ProcessId.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:"]);
}

/// <summary>Without a small file system the server itself raises SQLSTATE 53100 (disk_full), from a trigger.</summary>
public sealed class DiskFullOnPostgresTests(PostgresCluster cluster) : DiskFullTests
{
    private const string Name = "disk_full";

    protected override async Task<AuthorityProcess> StartAsync(string folder)
    {
        var connection = cluster.CreateEmpty(Name);
        if (SmallDisk is not null)
        {
            var space = Directory.CreateDirectory(Path.Combine(SmallDisk, "tablespace")).FullName;
            Programs.Run("chown", ["postgres", space]);
            cluster.Administer($"CREATE TABLESPACE small LOCATION '{space}'");
            cluster.Administer($"ALTER DATABASE {Name} SET TABLESPACE small");
        }
        var configuration = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(
            configuration, JsonSerializer.Serialize(new { database = new { postgres = connection } }), TestContext.Current.CancellationToken);
        return await AuthorityProcess.StartAsync(18980, configuration);
    }

    protected override void Fill()
    {
        if (SmallDisk is not null)
        {
            FillSmallDisk();
            return;
        }
        cluster.Administer(
            """
            CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER no_room BEFORE INSERT ON matters EXECUTE FUNCTION no_room()
            """,
            Name);
    }

    protected override void Free()
    {
        if (SmallDisk is null)
            cluster.Administer("DROP TRIGGER no_room ON matters", Name);
        else
            File.Delete(Filler);
    }

    protected override TestDatabase Register() => new PostgresCluster.Database(cluster, Name);
}
