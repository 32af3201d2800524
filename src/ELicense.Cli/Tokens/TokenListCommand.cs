using System.CommandLine;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token list</c>: slots, labels, serial numbers, the PIN's standing, what shows itself. Nothing is logged in, no try is spent.</summary>
internal static class TokenListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print libraries and tokens as JSON" };
        var tokens = new TokenOptions();
        var command = new Command("list", "查看令牌: the tokens that are there; without --module those of every library that is known and installed") { json };
        tokens.AddModuleTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyList<ModuleDocument> modules = tokens.ModuleName(parsed) is { } named
                ? [Read(() => TokenOptions.Load(named, configuration: null), named)]
                : [.. TokenOptions.Installed.Where(one => one.Profile.Initialize is null).Select(one => Read(() => Pkcs11Module.Load(one.Path, one.Profile), one.Path))];
            if (parsed.GetValue(json))
                JsonOutput.Print(modules, TokenJson.Default.IReadOnlyListModuleDocument);
            else
                Print(modules);
            return modules.Any(module => module.Code is null) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<ModuleDocument> modules)
    {
        if (modules.Count == 0)
            Console.Out.WriteLine("没有已知的 PKCS#11 库  no library is installed that is known here; name one with --module");
        foreach (var module in modules)
            TokenText.Module(Console.Out, module);
    }

    private static ModuleDocument Read(Func<Pkcs11Module> load, string path)
    {
        var profile = Pkcs11Profile.ForName(path) ?? Pkcs11Profile.ForPath(path);
        try
        {
            using var module = load();
            return new ModuleDocument(
                module.Path, profile.Name, Code: null, Message: null,
                [.. module.SlotsWithToken().Select(token => TokenDocument.Of(token, token.Initialized ? module.PublicObjects(token) : null))]);
        }
        catch (Pkcs11Exception e)
        {
            // The other libraries are there all the same.
            return new ModuleDocument(path, profile.Name, e.Code, e.Message, []);
        }
    }
}
