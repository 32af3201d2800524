using System.CommandLine;
using System.Security.Cryptography;
using ELicense.Cli.Officers;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>Where a command takes a PIN from, and whether a try may be spent though the token warns. Never an argument: what is typed, a file, or the environment.</summary>
internal sealed class PinOptions
{
    private const string Sources = "file:PATH, env:NAME or credential:NAME";

    // The same two for both PINs of a command.
    private static readonly Option<bool> TryAgain = new("--try-again") { Description = "spend a try though a wrong PIN was given since the last login" };
    private static readonly Option<bool> LastTry = new("--last-try") { Description = "spend even the last try, after which a wrong PIN locks the token" };

    private readonly TokenUser _user;
    private readonly Option<string?> _pin;

    public PinOptions(TokenUser user)
    {
        _user = user;
        _pin = user == TokenUser.Holder
            ? new("--pin") { Description = $"the holder's PIN: {Sources}; without it, it is typed", HelpName = "SOURCE" }
            : new("--so-pin") { Description = $"the security officer's PIN: {Sources}; without it, it is typed", HelpName = "SOURCE" };
    }

    private string Whose => _user == TokenUser.Holder ? "PIN" : "security officer's PIN (SO PIN)";

    public void AddTo(Command command)
    {
        command.Options.Add(_pin);
        if (command.Options.Contains(TryAgain))
            return;
        command.Options.Add(TryAgain);
        command.Options.Add(LastTry);
    }

    /// <summary>The source as it was written; null when the PIN is typed.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_pin);

    /// <summary>The PIN of a token that has one; asks before a try is spent that the token warns of.</summary>
    public PinSource Spend(ParseResult parsed, TokenInfo token)
    {
        PinConsent.Ask(token, _user, parsed.GetValue(TryAgain), parsed.GetValue(LastTry));
        return Source(parsed) ?? PinSource.Held(Typed($"{Whose} of {token}"));
    }

    /// <summary>A PIN that is to be set: typed twice.</summary>
    public PinSource Fresh(ParseResult parsed, string of) => Source(parsed) ?? NewPinOption.TypedTwice($"New {Whose} of {of}");

    /// <summary>Opens the token by the holder's PIN. After a wrong one says how many tries are left, as far as the token tells.</summary>
    public Pkcs11Token Open(ParseResult parsed, ChosenToken chosen)
    {
        if (!chosen.Info.HasPin)
            throw new CommandException(Codes.PinUnavailable, $"The {chosen.Info} has no PIN yet: elicense token pin --reset sets one.", ExitCodes.Failed);
        var pin = Spend(parsed, chosen.Info);
        return PinConsent.Telling(chosen, _user, () => chosen.Module.OpenToken(chosen.Info, pin));
    }

    private PinSource? Source(ParseResult parsed) => Parse(parsed.GetValue(_pin));

    public static PinSource? Parse(string? text)
    {
        if (text is null)
            return null;
        return PinSource.TryParse(text, out var source)
            ? source

            // The text is not repeated: it may be a PIN by mistake.
            : throw new CommandException(Codes.PinUnavailable, $"A PIN is no argument: {Sources}.", ExitCodes.Usage);
    }

    public static byte[] Typed(string what) => Terminal.ReadPin(what, $"comes from a source ({Sources})");
}

/// <summary>Where a new PIN comes from.</summary>
internal sealed class NewPinOption
{
    private readonly Option<string?> _pin = new("--new-pin") { Description = "the holder's new PIN: file:PATH, env:NAME or credential:NAME; without it, it is typed twice", HelpName = "SOURCE" };

    public void AddTo(Command command) => command.Options.Add(_pin);

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_pin) is not null;

    public PinSource Read(ParseResult parsed, string of) => PinOptions.Parse(parsed.GetValue(_pin)) ?? TypedTwice($"New PIN of {of}");

    public static PinSource TypedTwice(string what)
    {
        var (first, second) = (PinOptions.Typed(what), PinOptions.Typed("The same again"));
        try
        {
            return first.AsSpan().SequenceEqual(second)
                ? PinSource.Held(first)
                : throw new CommandException(Codes.PinUnavailable, "两次输入不一致  The two differ; nothing was changed.", ExitCodes.Usage);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(first);
            CryptographicOperations.ZeroMemory(second);
        }
    }
}

/// <summary>Tries at a PIN are few: what the token warns of is said before one is spent, and the last one is asked for.</summary>
internal static class PinConsent
{
    public static void Ask(TokenInfo token, TokenUser user, bool tryAgain, bool lastTry)
    {
        var tries = token.Tries(user);
        if (tries.Locked)
            throw new CommandException(Codes.PinLatched, $"{Sentence(tries, user)} ({token}). {Unlock(user)}", ExitCodes.Failed);
        if (tries.FinalTry)
            Consent(lastTry, "--last-try", $"{Sentence(tries, user)} ({token}): a wrong one locks it. {Unlock(user)}", "输入最后一次？ Spend the last try?");
        else if (tries.CountLow)
            Consent(tryAgain || lastTry, "--try-again", $"{Sentence(tries, user)} ({token}).", "再试一次？ Try once more?");
        if (tries.FinalTry || tries.CountLow)
            Pkcs11Module.AllowOneTry(token, user);
    }

    /// <summary>Does what spends a try; when the PIN was wrong, says what the token says of the tries that are left.</summary>
    public static T Telling<T>(ChosenToken chosen, TokenUser user, Func<T> spend)
    {
        try
        {
            return spend();
        }
        catch (Pkcs11Exception wrong) when (wrong.Code == Codes.PinIncorrect)
        {
            throw new CommandException(wrong.Code, $"{wrong.Message} One try is spent. {Sentence(chosen.Now().Tries(user), user)}.", ExitCodes.Failed);
        }
    }

    /// <summary>In both languages.</summary>
    public static string Sentence(PinTries tries, TokenUser user)
    {
        var (chinese, english) = user == TokenUser.Holder ? ("用户 PIN", "PIN") : ("管理员 PIN", "SO PIN");
        return tries switch
        {
            { Locked: true } => $"{chinese} 已锁定  The {english} is locked",
            { FinalTry: true } => $"{chinese} 只剩最后一次机会  The {english} has one try left",
            { CountLow: true } => $"{chinese} 曾输错  A wrong {english} was given since the last login",
            _ => $"{chinese} 未见输错  The token counts no wrong {english}",
        };
    }

    private static string Unlock(TokenUser user) =>
        user == TokenUser.Holder ? "The security officer sets a new one: elicense token pin --reset." : "Only the vendor, or a new initialization, helps.";

    private static void Consent(bool given, string option, string warning, string question)
    {
        if (given)
            return;
        Console.Error.WriteLine($"elicense: {warning}");
        if (Console.IsInputRedirected || Terminal.IsRedirected(onStandardError: true))
            throw new CommandException(Codes.ConsentMissing, $"No try was spent; nobody is at the terminal who could be asked: {option} says it.", ExitCodes.Usage);
        if (!OfficersQuestion.Consented(yes: false, question))
            throw new CommandException(Codes.ConsentMissing, "未尝试  No try was spent.", ExitCodes.Failed);
    }
}
