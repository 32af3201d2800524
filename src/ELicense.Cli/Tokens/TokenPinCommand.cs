using System.CommandLine;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token pin</c>: the holder changes the PIN, or the security officer sets a new one in place of a locked or forgotten one.</summary>
internal static class TokenPinCommand
{
    public static Command Create()
    {
        var reset = new Option<bool>("--reset") { Description = "by the security officer, in place of a locked or forgotten PIN" };
        var tokens = new TokenOptions();
        var holder = new PinOptions(TokenUser.Holder);
        var officer = new PinOptions(TokenUser.SecurityOfficer);
        var fresh = new NewPinOption();
        var command = new Command("pin", "修改 PIN: change the PIN, or reset it") { reset };
        tokens.AddTo(command);
        holder.AddTo(command);
        officer.AddTo(command);
        fresh.AddTo(command);
        command.SetAction(parsed =>
        {
            using var chosen = tokens.Choose(parsed);
            var user = parsed.GetValue(reset) ? TokenUser.SecurityOfficer : TokenUser.Holder;
            var old = (user == TokenUser.Holder ? holder : officer).Spend(parsed, chosen.Info);
            var pin = fresh.Read(parsed, chosen.Info.ToString());
            PinConsent.Telling(chosen, user, () =>
            {
                if (user == TokenUser.Holder)
                    chosen.Module.ChangePin(chosen.Info, old, pin);
                else
                    chosen.Module.ResetPin(chosen.Info, old, pin);
                return true;
            });
            Console.Out.WriteLine($"✓ PIN 已修改  the PIN of {chosen.Info} is set");
            return ExitCodes.Done;
        });
        return command;
    }
}
