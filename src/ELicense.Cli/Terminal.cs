using Spectre.Console;

namespace ELicense.Cli;

/// <summary>stdout or stderr as a console: colours and movement where a person looks, plain text in a file (NO_COLOR is heard).</summary>
internal static class Terminal
{
    private const int WidthOfAFile = 160;

    public static bool IsRedirected(bool onStandardError) => onStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;

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
