using System.CommandLine;
using System.Text;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token init</c>: a label and two PINs for a token. One that was initialized before is erased only when that is asked for.</summary>
internal static class TokenInitCommand
{
    private const int LongestLabel = 32; // PKCS#11 v2.40 base 5.5, C_InitToken

    public static Command Create()
    {
        var label = new Option<string>("--label") { Description = "the token's label, at most 32 bytes of UTF-8", HelpName = "TEXT", Required = true };
        var erase = new Option<bool>("--erase") { Description = "erase a token that was initialized before; its security officer's PIN is needed" };
        var generate = new Option<string?>("--generate-pin") { Description = "make a PIN for the first use and write it to this new file", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "print the token as JSON" };
        var tokens = new TokenOptions();
        var officer = new PinOptions(TokenUser.SecurityOfficer);
        var holder = new NewPinOption();
        var command = new Command("init", "初始化: label a token and set its two PINs") { label, erase, generate, json };
        tokens.AddTo(command);
        officer.AddTo(command);
        holder.AddTo(command);
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(label)!;
            if (Encoding.UTF8.GetByteCount(name) is 0 or > LongestLabel)
                throw new CommandException(Codes.TextTooLong, $"--label has 1 to {LongestLabel} bytes.", ExitCodes.Usage);
            if (parsed.GetValue(generate) is not null && holder.IsGiven(parsed))
                throw new CommandException(Codes.PinUnavailable, "--generate-pin or --new-pin, not both.", ExitCodes.Usage);

            // Unnamed, a token that holds something never comes into question.
            using var chosen = tokens.Choose(parsed, token => !token.Initialized || tokens.Name(parsed) != new Pkcs11Uri());
            if (chosen.Info.Initialized && !parsed.GetValue(erase))
                throw Holds(chosen);
            var made = Initialize(chosen, name, officer.Source(parsed, chosen), file: parsed.GetValue(generate), () => holder.Read(parsed, $"token '{name}'"));
            var document = TokenDocument.Of(made, chosen.Module.PublicObjects(made));
            if (parsed.GetValue(json))
                JsonOutput.Print(document, TokenJson.Default.TokenDocument);
            else
                Print(document, parsed.GetValue(generate));
            return ExitCodes.Done;
        });
        return command;
    }

    private static PinSource Source(this PinOptions officer, ParseResult parsed, ChosenToken chosen) =>
        chosen.Info.Initialized ? officer.Spend(parsed, chosen.Info) : officer.Fresh(parsed, "the token");

    private static TokenInfo Initialize(ChosenToken chosen, string label, PinSource officer, string? file, Func<PinSource> typed)
    {
        var pin = file is null ? typed() : FirstUsePin.Create(file);
        try
        {
            var made = PinConsent.Telling(chosen, TokenUser.SecurityOfficer, () => chosen.Module.InitializeToken(chosen.Info, label, officer, pin));
            if (file is not null)
                FirstUsePin.Mine(file, made);
            return made;
        }
        catch
        {
            // It opens nothing.
            if (file is not null)
                File.Delete(file);
            throw;
        }
    }

    private static CommandException Holds(ChosenToken chosen)
    {
        var objects = chosen.Module.PublicObjects(chosen.Info);
        var what = objects.Count == 0 ? "nothing shows itself without a login" : string.Join(", ", objects.Select(found => $"{found.Kind} '{found.Label}'"));
        return new CommandException(
            Codes.TokenNotEmpty, $"令牌已初始化，内容会被清除  The {chosen.Info} is initialized and would be erased ({what}); --erase says so.", ExitCodes.Failed);
    }

    private static void Print(TokenDocument document, string? file)
    {
        Console.Out.WriteLine("✓ 已初始化 initialized");
        TokenText.Token(Console.Out, document);
        if (file is not null)
            Console.Out.WriteLine($"    首次 PIN 在     {file} (the PIN for the first use; elicense token personalize prints it on the slip, then delete it)");
    }
}
