using System.Text.Json;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>A real authority, and a counter with a SoftHSM of its own: one license, and one token that <c>elicense token init|personalize</c> made for it.</summary>
public sealed class PersonalizedToken : IAsyncLifetime
{
    public const string Label = "福州 counter";

    private AuthorityProcess _authority = null!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-counter-").FullName;

    public string License { get; private set; } = "";

    public Finished Initialized { get; private set; } = null!;

    public Finished Personalized { get; private set; } = null!;

    /// <summary>Of the certificate on the token, in lower-case hexadecimal.</summary>
    public string Serial => Personalized.Json.GetProperty("details").GetProperty("serial").GetString()!;

    /// <summary>CKA_ID of the key in hexadecimal, as pkcs11-tool shows it.</summary>
    public string KeyId { get; private set; } = "";

    public string PinFile => Path.Combine(Folder, "pin");

    public string Pin => File.ReadLines(PinFile).First();

    public string Slip => Path.Combine(Folder, "slip.html");

    public string Publication => Path.Combine(_authority.Data, "publication");

    public string Fingerprint => File.ReadAllText(Path.Combine(_authority.Data, "dev", "root.fingerprint")).Trim();

    public string Development(string name) => _authority.Development(name);

    public (string Name, string Value)[] Environment => [("SOFTHSM2_CONF", Path.Combine(Folder, "softhsm2.conf"))];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "tokens"));
        await File.WriteAllTextAsync(Environment[0].Value, $"directories.tokendir = {Folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        _authority = await AuthorityProcess.StartAsync(19180);
        License = Programs.Run(
            "bash", [Path.Combine(FormatsDocument.RepositoryRoot, "docs", "curl", "issuance.sh")], ("DATA", _authority.Data), ("AUTHORITY", _authority.Door.ToString().TrimEnd('/'))).Trim();
        Initialized = await TokenAsync("init", "--label", Label, "--so-pin", $"file:{Secret("so", "87654321")}", "--generate-pin", PinFile, "--json");
        Assert.True(Initialized.ExitCode == 0, Initialized.Error);
        Personalized = await PersonalizeAsync(PinFile, Slip);
        Assert.True(Personalized.ExitCode == 0, Personalized.Error);
        KeyId = Tool("-O", "--type", "pubkey").Split('\n').Single(line => line.Contains("ID:", StringComparison.Ordinal)).Split(':')[1].Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>elicense token COMMAND on the counter's library.</summary>
    public Task<Finished> TokenAsync(string command, params string[] arguments) => Elicense.RunAsync(Environment, ["token", command, "--module", SoftHsmFixture.ModulePath, .. arguments]);

    public Task<Finished> PersonalizeAsync(string pinFile, string slip) =>
        TokenAsync("personalize", ["1", "--token", Label, "--pin", $"file:{pinFile}", "--slip", slip, "--json", .. Officer("clerk")]);

    public string[] Officer(string person) => ["--authority", _authority.Door.ToString(), "--officer", _authority.Development(person), "--ca", _authority.RootCertificate];

    /// <summary>pkcs11-tool on the token, logged in.</summary>
    public string Tool(params string[] arguments) => Programs.Run(
        "pkcs11-tool", ["--module", SoftHsmFixture.ModulePath, "--token-label", Label, "--login", "--pin", Pin, .. arguments], Environment);

    /// <summary>A file of mode 0600.</summary>
    public string Secret(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>The certificate as another program reads it from the token; PEM.</summary>
    public string CertificatePem()
    {
        var (der, pem) = (Path.Combine(Folder, Path.GetRandomFileName()), Path.Combine(Folder, Path.GetRandomFileName()));
        Tool("--read-object", "--type", "cert", "--id", KeyId, "-o", der);
        Programs.Run("openssl", ["x509", "-inform", "DER", "-in", der, "-out", pem]);
        return pem;
    }

    /// <summary>What the register says of the license.</summary>
    public JsonElement Register() => Call("clerk", $"/api/v1/register/{License}");

    /// <summary>What the officers' door answers; with a body it is a POST.</summary>
    public JsonElement Call(string officer, string path, object? body = null) => JsonSerializer.Deserialize<JsonElement>(Programs.Run(
        "curl",
        [
            "-sS", "--cacert", _authority.RootCertificate, "--cert", _authority.Development(officer), new Uri(_authority.Door, path).ToString(),
            .. body is null ? [] : new[] { "--json", JsonSerializer.Serialize(body) },
        ]));
}

/// <summary>The classes that use one and the same token, and leave its certificate and its license in good standing.</summary>
[CollectionDefinition(Name)]
public sealed class TokenInUse : ICollectionFixture<PersonalizedToken>
{
    public const string Name = "token";
}
