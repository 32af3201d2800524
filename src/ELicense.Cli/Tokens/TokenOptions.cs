using System.CommandLine;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>The options of every command that works with one token: which library, which token.</summary>
internal sealed class TokenOptions
{
    private readonly Option<string?> _module = new("--module")
    {
        Description = "PKCS#11 library: absolute path, or the name of a profile (softhsm2, p11-kit-client, softokn3)",
        HelpName = "LIBRARY",
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "label of the token, or its RFC 7512 URI (pkcs11:serial=…); without it, the only one that is there",
        HelpName = "LABEL|URI",
    };

    /// <summary>Libraries that a profile names and that are installed.</summary>
    public static IReadOnlyList<(Pkcs11Profile Profile, string Path)> Installed =>
        [.. Pkcs11Profile.All.Select(profile => (profile, profile.ModulePaths.FirstOrDefault(File.Exists)!)).Where(found => found.Item2 is not null)];

    public void AddTo(Command command)
    {
        AddModuleTo(command);
        command.Options.Add(_token);
    }

    public void AddModuleTo(Command command) => command.Options.Add(_module);

    public string? ModuleName(ParseResult parsed) => parsed.GetValue(_module);

    /// <summary>What the command line says of the token; without --token all match.</summary>
    public Pkcs11Uri Name(ParseResult parsed)
    {
        if (parsed.GetValue(_token) is not { } text)
            return new Pkcs11Uri();
        if (!text.StartsWith("pkcs11:", StringComparison.OrdinalIgnoreCase))
            return new Pkcs11Uri { Token = text };
        return Pkcs11Uri.TryParse(text, out var uri, out var fault) ? uri : throw new CommandException(Codes.AddressFormat, $"--token: {fault}", ExitCodes.Usage);
    }

    public Pkcs11Module Load(ParseResult parsed)
    {
        var uri = Name(parsed);
        if ((parsed.GetValue(_module) ?? uri.ModulePath ?? uri.ModuleName) is { } named)
            return Load(named, uri.Configuration);
        return Installed switch
        {
            [var only] => Load(only.Path, uri.Configuration),
            [] => throw new CommandException(Codes.ModuleMissing, "--module names the library of the token's vendor; no library that is known here is installed.", ExitCodes.Usage),
            var several => throw new CommandException(
                Codes.ModuleMissing, $"--module names the library of the token's vendor; installed here: {string.Join(", ", several.Select(one => one.Profile.ModuleName))}.", ExitCodes.Usage),
        };
    }

    public static Pkcs11Module Load(string module, string? configuration)
    {
        if (module.Contains('/', StringComparison.Ordinal))
            return Pkcs11Module.Load(Path.GetFullPath(module), configuration: configuration);
        var profile = Pkcs11Profile.ForName(module) ?? throw new CommandException(
            Codes.ModuleMissing, $"No profile has the name {module}; there are {string.Join(", ", Pkcs11Profile.All.Select(one => one.ModuleName))}.", ExitCodes.Usage);
        var path = profile.ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new CommandException(Codes.ModuleMissing, $"{profile.Name} is not installed: none of {string.Join(", ", profile.ModulePaths)} is there.", ExitCodes.Failed);
        return Pkcs11Module.Load(path, profile, configuration);
    }

    /// <summary>The one initialized token that is meant.</summary>
    public ChosenToken Choose(ParseResult parsed) => Choose(parsed, token => token.Initialized);

    /// <param name="eligible">Which of the tokens in the library's slots come into question.</param>
    public ChosenToken Choose(ParseResult parsed, Func<TokenInfo, bool> eligible)
    {
        var uri = Name(parsed);
        var module = Load(parsed);
        try
        {
            var found = module.SlotsWithToken().Where(token => eligible(token) && uri.Matches(token)).ToList();
            return found switch
            {
                [var only] => new ChosenToken(module, only),
                [] => throw new CommandException(Codes.TokenMissing, $"{module.Path} has no such token now; see elicense token list.", ExitCodes.Failed),
                _ => throw new CommandException(
                    Codes.TokenAmbiguous, $"{found.Count} tokens come into question; name one with --token pkcs11:serial=…: "
                        + string.Join(", ", found.Select(token => $"'{token.Label}' (serial {token.Serial})")), ExitCodes.Usage),
            };
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }
}

/// <summary>A token and its library, which it owns.</summary>
internal sealed record ChosenToken(Pkcs11Module Module, TokenInfo Info) : IDisposable
{
    /// <summary>As the token says now.</summary>
    public TokenInfo Now() => Module.SlotsWithToken().FirstOrDefault(token => token.Slot == Info.Slot && token.Serial == Info.Serial) ?? Info;

    public void Dispose() => Module.Dispose();
}
