using ELicense.Core;

namespace ELicense.Cli.Ceremony;

internal enum QuestionKind
{
    /// <summary>A person who is present; empty: no more.</summary>
    Person,

    /// <summary>Answered with yes, or the ceremony ends.</summary>
    Confirm,

    /// <summary>Answered with what was read aloud.</summary>
    ReadBack,
}

/// <param name="Expected">Of what is read back.</param>
internal sealed record Question(QuestionKind Kind, string Text, string? Expected = null);

/// <summary>Where the ceremony is held: says what is done, asks, and writes both down.</summary>
/// <param name="answer">Null: there will be no answer.</param>
/// <param name="say">A line for those who are present.</param>
internal sealed class CeremonyTable(Func<Question, string?> answer, Action<string> say, Transcript transcript)
{
    private const string Yes = "yes";
    private const int Tries = 3;

    /// <summary>Says yes to everything and reads back what was shown: a development hierarchy, and a rehearsal.</summary>
    public static string? Given(Question question) => question.Kind switch
    {
        QuestionKind.Confirm => Yes,
        QuestionKind.ReadBack => question.Expected,
        _ => "",
    };

    public void Step(string text) => say($"\n== {text}");

    public void Say(string text) => say(text);

    public void Record(string act, params (string Name, string Value)[] facts)
    {
        transcript.Add(act, facts);
        say($"   {act}: {string.Join(", ", facts.Select(fact => $"{fact.Name} {fact.Value}"))}");
    }

    /// <summary>Who is present, written down by name and function.</summary>
    public void People(int atLeast)
    {
        var present = 0;
        while (Ask(new Question(QuestionKind.Person, "在场人员 Who is present? Name and function; empty when there is nobody more:")) is { Length: > 0 } person)
        {
            transcript.Add("present", ("person", person));
            present++;
        }

        if (present < atLeast)
            throw Declined($"{present} persons are present; the plan wants {atLeast} at least.");
    }

    public void Confirm(string text)
    {
        var said = Ask(new Question(QuestionKind.Confirm, $"{text} (yes)"));
        transcript.Add("asked", ("question", text), ("answer", said));
        if (said != Yes)
            throw Declined($"'{text}' was not answered with {Yes}.");
    }

    /// <summary>One reads a value aloud from the screen, another types its last digits from what is heard or written on paper.</summary>
    public void ReadBack(string what, string value)
    {
        const int digits = 8;
        var expected = value[^digits..];
        say($"   {what}: {string.Join(' ', value.Chunk(4).Select(part => new string(part)))}");
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var heard = Ask(new Question(QuestionKind.ReadBack, $"{what} is read aloud. Its last {digits} digits, as heard:", expected));
            var agrees = string.Equals(heard.Replace(" ", "", StringComparison.Ordinal), expected, StringComparison.OrdinalIgnoreCase);
            transcript.Add("read-back", ("what", what), ("value", value), ("heard", heard), ("agrees", agrees ? Yes : "no"));
            if (agrees)
                return;
        }

        throw Declined($"{what} was not read back as it is.");
    }

    private string Ask(Question question) => answer(question)?.Trim() ?? throw Declined("Nobody answers.");

    private CommandException Declined(string why)
    {
        transcript.Add("ended", ("why", why));
        return new CommandException(Codes.CeremonyDeclined, $"The ceremony ends here: {why}", ExitCodes.Failed);
    }
}
