using System.CommandLine;
using ELicense.Authority;
using ELicense.Core;

namespace ELicense.Cli.Officers;

/// <summary>
/// <c>elicense loss-report</c> (挂失) and <c>elicense replacement</c> (补领): about the certificate of a license whose token is gone. A loss report is in force at once; a second officer confirms it, or
/// approves the replacement, by <c>elicense approve --application</c>.
/// </summary>
internal static class CertificateMatterCommand
{
    public static Command LossReport() => Create(
        "loss-report", "挂失: put the certificate of a lost token on hold at once; another officer confirms it, or it lapses", "挂失这张证书？ Put this certificate on hold?",
        ["valid"]);

    public static Command Replacement() => Create(
        "replacement", "补领: apply for another certificate in place of one whose token is lost or broken; another officer approves it", "补领？ Apply for a replacement of this certificate?",
        ["valid", "suspended"], orElse: "revoked");

    /// <param name="standings">Of the certificates that come into question.</param>
    /// <param name="orElse">When there are none: the newest of this standing.</param>
    private static Command Create(string type, string description, string question, IReadOnlyList<string> standings, string? orElse = null)
    {
        var license = new Argument<string>("LICENSE") { Description = "license number, dddd-dddddddddd" };
        var serial = new Option<string?>("--certificate") { Description = "serial number of the certificate, where several come into question", HelpName = "SERIAL" };
        var yes = new Option<bool>("--yes") { Description = "do not ask" };
        var json = new Option<bool>("--json") { Description = "print the matter as JSON" };
        var officer = new OfficerOptions();
        var command = new Command(type, description) { license, serial, yes, json };
        officer.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var door = officer.Open(parsed);
            var desk = new MatterDesk(door);
            var found = await desk.FindLicenseAsync(Uri.EscapeDataString(parsed.GetValue(license)!), cancellation);
            var certificate = Choose(found, parsed.GetValue(serial), standings, orElse);
            await Console.Error.WriteLineAsync($"{found.Name}  {found.Uscc}  {found.LicenseNumber}\n证书 certificate {certificate.Serial}  {certificate.From:yyyy-MM-dd} – {certificate.To:yyyy-MM-dd}  {certificate.Standing}");
            if (!OfficersQuestion.Consented(parsed.GetValue(yes), question))
                throw new CommandException(Codes.ConsentMissing, "未作决定  Nothing was decided.", ExitCodes.Failed);
            var matter = await desk.ApplyAsync(
                new ApplicationRequest(
                    type, Enterprise: null, found.LicenseNumber, found.Version, Reason: null, AnnualReport: null, new CertificateName(certificate.Issuer, certificate.Serial), Draft: null), cancellation);
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(matter, OfficersJson.Default.ApplicationDocument);
                return ExitCodes.Done;
            }

            MatterText.Write(Console.Out, matter);
            Console.Out.WriteLine($"由另一位工作人员核准  by another officer:\n  elicense approve --application {matter.Id} {officer.Repeat(parsed, "approver.pem")}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static EnterpriseCertificateDocument Choose(RegisterDocument license, string? serial, IReadOnlyList<string> standings, string? orElse)
    {
        var found = license.Certificates.Where(one => serial is null ? standings.Contains(one.Standing) : one.Serial.Equals(serial, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0 && serial is null)
            found.AddRange(license.Certificates.Where(one => one.Standing == orElse).TakeLast(1));
        return found switch
        {
            [var only] => only,
            [] => throw new CommandException(Codes.NotFound, $"执照 {license.LicenseNumber} 没有这样的证书  This license has no such certificate.", ExitCodes.Failed),
            _ => throw new CommandException(
                Codes.CertificateAmbiguous,
                $"{found.Count} certificates come into question; name one with --certificate: {string.Join(", ", found.Select(one => $"{one.Serial} ({one.Standing})"))}.", ExitCodes.Usage),
        };
    }
}
