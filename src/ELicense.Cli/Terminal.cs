using System.Text;
using ELicense.Core;
using Spectre.Console;

namespace ELicense.Cli;

/// <summary>stdout or stderr as a console: colours and movement where a person looks, plain text in a file (NO_COLOR is heard).</summary>
internal static class Terminal
{
    private const int WidthOfAFile = 160;

    public static bool IsRedirected(bool onStandardError) => onStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;

    /// <summary>A PIN as a person types it, without showing it.</summary>
    /// <exception cref="CommandException">pin-unavailable: nobody sits at a terminal.</exception>
    /// <param name="what">Whose PIN.</param>
    /// <param name="otherwise">Where else it could come from.</param>
    public static byte[] ReadPin(string what, string otherwise)
    {
        if (Console.IsInputRedirected)
            throw new CommandException(Codes.PinUnavailable, $"{what} is typed at a terminal, or {otherwise}.", ExitCodes.Usage);
        Console.Error.Write($"?  {what}: ");
        var pin = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && pin.Length > 0)
                pin.Length--;
            else if (!char.IsControl(key.KeyChar))
                pin.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return Encoding.UTF8.GetBytes(pin.ToString());
    }

    public static IAnsiConsole Open(bool onStandardError)
    {
        var redirected = IsRedirected(onStandardError);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(onStandardError ? Console.Error : Console.Out),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = WidthOfAFile;
        return console;
    }
}
