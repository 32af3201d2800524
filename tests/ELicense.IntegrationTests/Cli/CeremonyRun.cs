using System.Diagnostics;
using System.Text;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// SoftHSM tokens of their own, requests by OpenSSL, the plan of docs/ceremony.md, and the real <c>elicense ceremony</c> with somebody who answers its questions.
/// </summary>
public sealed class CeremonyRun : IAsyncLifetime
{
    public const string Pin = "735146";

    private const string Line = "\n";

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-ceremony-").FullName;

    /// <summary>What the plan's ceremony left.</summary>
    public string Output => Path.Combine(Folder, "hierarchy");

    public string Plan => Path.Combine(Folder, "plan.json");

    public string Root => File.ReadAllText(Path.Combine(Output, "root.fingerprint")).Trim();

    public (string Name, string Value) Environment => ("SOFTHSM2_CONF", Path.Combine(Folder, "softhsm2.conf"));

    public string PinFile => Path.Combine(Folder, "pin");

    /// <summary>Of the ceremony that left <see cref="Output"/>.</summary>
    public Finished Run { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "tokens"));
        await File.WriteAllTextAsync(Environment.Value, $"directories.tokendir = {Folder}/tokens\nobjectstore.backend = file\n");
        await File.WriteAllTextAsync(PinFile, Pin + Line);
        File.SetUnixFileMode(PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var token in (string[])["example-root", "example-issuing"])
            InitializeToken(token);
        foreach (var name in (string[])["admin1", "admin2", "door"])
            Programs.Run("openssl", ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/", "-keyout", Path.Combine(Folder, name + ".key"), "-out", Path.Combine(Folder, name + ".csr")]);
        var profiles = await File.ReadAllTextAsync(Path.Combine(FormatsDocument.RepositoryRoot, "certs-dev", "profiles.json"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "profiles.json"), profiles.Replace(".32473.", ".99999.", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Plan, OnTheseTokens(DocumentedPlan()));
        Run = await HoldAsync("run", Plan, "--out", Output);
        Assert.True(Run.ExitCode == 0, Run.Error);
    }

    public void InitializeToken(string label) =>
        Programs.Run("softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", Pin, "--so-pin", SoftHsmFixture.SecurityOfficerPin], Environment);

    /// <summary>The plan as it stands in docs/ceremony.md.</summary>
    public static string DocumentedPlan() => Example("ceremony-plan", "ceremony.md");

    public static string Example(string name, string document)
    {
        var text = File.ReadAllText(Path.Combine(FormatsDocument.RepositoryRoot, "docs", document));
        var start = text.IndexOf('\n', text.IndexOf($"example={name}\n", StringComparison.Ordinal)) + 1;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    /// <summary>The vendor's library is SoftHSM's here, and the PIN comes from a file: nobody sits at a terminal.</summary>
    public string OnTheseTokens(string text) => text.Replace("/opt/vendor/libpkcs11.so", $"{SoftHsmFixture.ModulePath}&pin-source=file:{PinFile}", StringComparison.Ordinal);

    /// <summary>The command with three persons at the table who confirm everything and read back what is shown.</summary>
    public Task<Finished> HoldAsync(params string[] arguments) => HoldAsync(question => question.Contains("(yes)", StringComparison.Ordinal) ? "yes" : null, arguments);

    /// <param name="answer">By the question; null: as the screen shows it.</param>
    public async Task<Finished> HoldAsync(Func<string, string?> answer, params string[] arguments)
    {
        using var process = Elicense.StartAtTable(Environment, ["ceremony", .. arguments]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await AnswerAsync(process, answer, new Queue<string>(["张三 保管人", "李四 操作员", "王五 见证人", ""]));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Finished(process.ExitCode, await output, error);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A question ends without a line feed: it is answered when it stands there whole.</summary>
    private static async Task<string> AnswerAsync(Process process, Func<string, string?> answer, Queue<string> people)
    {
        var (all, line, last) = (new StringBuilder(), new StringBuilder(), "");
        var one = new char[1];
        while (await process.StandardError.ReadAsync(one, TestContext.Current.CancellationToken) == 1)
        {
            all.Append(one[0]);
            if (one[0] == '\n')
            {
                last = line.Length > 0 ? line.ToString() : last;
                line.Clear();
                continue;
            }

            line.Append(one[0]);
            if (line.ToString() is not ['?', .., ' '] question || !(question.EndsWith(": ", StringComparison.Ordinal) || question.EndsWith("(yes) ", StringComparison.Ordinal)))
                continue;
            var said = answer(question)
                ?? (question.Contains("Who is present?", StringComparison.Ordinal) ? people.Dequeue() : last[^9..]);
            await process.StandardInput.WriteLineAsync(said);
            line.Clear();
        }

        return all.ToString();
    }
}
