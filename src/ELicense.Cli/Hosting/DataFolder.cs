namespace ELicense.Cli.Hosting;

/// <summary>Where one installation keeps what it needs; every path of the contract's data folder in one place.</summary>
internal sealed record DataFolder(string Root)
{
    public string Development => Path.Combine(Root, "dev");
    public string Tokens => Path.Combine(Root, "tokens");
    public string SoftHsmConfiguration => Path.Combine(Root, "softhsm2.conf");
    public string Register => Path.Combine(Root, "authority", "register.db");
    public string AuthorityHighWater { get; init; } = Path.Combine(Root, "authority", "high-water");
    public string Publication { get; init; } = Path.Combine(Root, "publication");

    /// <summary>The secret for identifiers of persons, when the configuration names no file of its own.</summary>
    public string PersonKey => Path.Combine(Root, "authority", "person.key");

    /// <summary>Filings of the public zone to the authority.</summary>
    public string Inbox { get; init; } = Path.Combine(Root, "inbox");

    /// <summary>What the public zone keeps of its own keys: fingerprints, and the PIN of a development token.</summary>
    public string PublicKeys => Path.Combine(Root, "public");

    /// <summary>SHA-256 of the SubjectPublicKeyInfo of the public zone's key for a role, in hexadecimal: what an authority names it by.</summary>
    public string DelegateKeyFingerprint(string role) => Path.Combine(PublicKeys, role + ".key");

    public string TrustCard => Path.Combine(Publication, "trust.jws");

    /// <summary>Caches of the public zone; may be deleted at any time.</summary>
    public string VerifierCache => Path.Combine(Root, "verifier");

    /// <summary>The public zone's high-water mark, apart from its caches.</summary>
    public string VerifierHighWater => Path.Combine(Root, "high-water");

    public string Badges => Path.Combine(Root, "display", "display.db");

    /// <summary>What a portal keeps: its store; caches and a high-water mark of its own when it runs by itself.</summary>
    public string Portal => Path.Combine(Root, "portal");

    public string PortalStore => Path.Combine(Portal, "portal.db");

    /// <summary>The .elic files that the demo hands out.</summary>
    public string HandedOut => Path.Combine(Root, "licenses");

    public string RootCertificate => Certificate("root");

    public string RootFingerprint => Path.Combine(Development, "root.fingerprint");

    /// <summary>PEM of a person, a CA or the service of the development hierarchy.</summary>
    public string Certificate(string name) => Path.Combine(Development, name + ".pem");

    /// <summary>Claims the authority's side of the folder for this process, until disposed: two of them would spend each other's PIN tries and publish over each other.</summary>
    public FileStream Claim()
    {
        try
        {
            return new FileStream(Path.Combine(Root, "authority", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandException(Core.Codes.DataInUse, $"Another process runs the authority of {Root}.", ExitCodes.Failed);
        }
    }

    /// <summary>For a command that works on a register that is there: never makes one.</summary>
    public void RequireRegister(Configuration configuration)
    {
        if (configuration.Database is null && !File.Exists(Register))
            throw new CommandException(Core.Codes.RegisterMissing, $"There is no register {Register}.", ExitCodes.Usage);
    }

    public static DataFolder Open(string? path)
    {
        var root = Path.GetFullPath(path ?? Directory.CreateTempSubdirectory("elicense-").FullName);
        var folder = new DataFolder(root);
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Register)!);
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Badges)!);
        Directory.CreateDirectory(folder.Publication);
        return folder;
    }
}
