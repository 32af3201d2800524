using System.CommandLine;
using ELicense.Authority;
using ELicense.Core;
using Spectre.Console;

namespace ELicense.Cli.Officers;

/// <summary><c>elicense clock confirm</c>: after a long pause, a supervisor confirms that the authority's clock is right.</summary>
internal static class ClockCommand
{
    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "do not ask" };
        var officer = new OfficerOptions();
        var confirm = new Command("confirm", "核对时钟: confirm the authority's clock by this machine's, so that it signs again") { yes };
        officer.AddTo(confirm);
        confirm.SetAction(async (parsed, cancellation) =>
        {
            using var door = officer.Open(parsed);
            var clock = await door.GetAsync("/api/v1/clock", OfficersJson.Default.ClockDocument, cancellation);
            Console.Out.WriteLine($"登记机关时钟 the authority's clock   {clock.Time:u}");
            Console.Out.WriteLine($"本机时钟     this machine's clock     {TimeProvider.System.GetUtcNow():u}");
            Console.Out.WriteLine($"最近签署时间 last signed time         {(clock.LastSigned is { } last ? $"{last:u}" : "–")}");
            if (!OfficersQuestion.Consented(parsed.GetValue(yes), "与您的钟表一致吗？ Do they agree with your watch?"))
                throw new CommandException(Codes.ConsentMissing, "未作决定  Nothing was decided.", ExitCodes.Failed);
            var request = JsonContent.Create(new ClockRequest(TimeProvider.System.GetUtcNow()), OfficersJson.Default.ClockRequest);
            await door.PostAsync("/api/v1/clock/confirmation", request, OfficersJson.Default.ClockDocument, cancellation);
            Console.Out.WriteLine("✓ 已核对 confirmed");
            return ExitCodes.Done;
        });
        return new Command("clock", "the authority's clock") { confirm };
    }
}

/// <summary>Asks the person at the terminal.</summary>
internal static class OfficersQuestion
{
    /// <param name="yes">Said already.</param>
    public static bool Consented(bool yes, string question)
    {
        if (yes)
            return true;
        if (Console.IsInputRedirected || Terminal.IsRedirected(onStandardError: true))
            throw new CommandException(Codes.ConsentMissing, "Nobody is at the terminal who could be asked: --yes says it.", ExitCodes.Usage);
        return Terminal.Open(onStandardError: true).Prompt(new ConfirmationPrompt(question) { DefaultValue = false });
    }
}
