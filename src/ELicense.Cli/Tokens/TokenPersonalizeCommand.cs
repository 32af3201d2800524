using System.CommandLine;
using ELicense.Cli.Officers;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token personalize</c>: key pair on the enterprise's token, its certificate, the license beside it, and the slip that goes with it.</summary>
internal static class TokenPersonalizeCommand
{
    public static Command Create()
    {
        var application = new Argument<long>("APPLICATION") { Description = "number of the matter that gives a right to a certificate: an issuance, amendment, renewal or replacement that is done" };
        var slip = new Option<string?>("--slip") { Description = "write the hand-over slip (A4, HTML) to this file", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "print the certificate as JSON" };
        var tokens = new TokenOptions();
        var pin = new PinOptions(TokenUser.Holder);
        var officer = new OfficerOptions();
        var command = new Command("personalize", "制发令牌: make a key on the token, have it certified, write certificate and license beside it") { application, slip, json };
        tokens.AddTo(command);
        pin.AddTo(command);
        officer.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var door = officer.Open(parsed);
            var desk = new MatterDesk(door);

            // What the authority refuses costs no login.
            var me = await desk.WhoAmIAsync(cancellation);
            var matter = await desk.FindMatterAsync(parsed.GetValue(application), cancellation);
            if (matter is not { State: "done", LicenseNumber: { } number })
                throw new CommandException(Codes.StateConflict, $"申请 {matter.Id} 尚未办结  Application {matter.Id} is {matter.State}: no certificate comes of it.", ExitCodes.Failed);
            var license = await desk.FindLicenseAsync(number, cancellation);
            var office = await desk.FindOfficeAsync(license.Office, cancellation);

            using var chosen = tokens.Choose(parsed);
            using var token = pin.Open(parsed, chosen);
            var answer = await new Personalization(desk, token, parsed.GetValue(json) ? Console.Error : Console.Out).RunAsync(matter, license, cancellation);
            if (parsed.GetValue(slip) is { } path)
            {
                var firstPin = FirstUsePin.Read(pin.Given(parsed), chosen.Info);

                // An older file might be open to others.
                File.Delete(path);
                PrivateFile.Write(path, HandOverSlip.Write(license, office, answer, chosen.Info, me, firstPin));
                if (!parsed.GetValue(json))
                    Console.Out.WriteLine($"✓ 交接单  slip: {path}{(firstPin is null ? "" : "，含首次 PIN，打印后请删除  with the PIN for the first use: delete both files when it is printed")}");
            }

            if (parsed.GetValue(json))
                JsonOutput.Print(answer, OfficersJson.Default.CertificateAnswer);
            return ExitCodes.Done;
        });
        return command;
    }
}
