using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Ceremony;

/// <summary>What every ceremony has: its folder, its transcript, those who sit at its table, its beginning and its end.</summary>
internal sealed class CeremonySetting
{
    private const long SecondsPerDay = 86_400;
    private const int CardDays = 390; // formats.md: at most 13 months

    /// <summary>What is signed must be good on a machine whose clock is a little behind.</summary>
    public static readonly TimeSpan Earlier = TimeSpan.FromHours(1);

    private readonly Transcript _transcript;

    private readonly string _answers;

    /// <param name="root">The folder, empty; null: a rehearsal, which leaves nothing.</param>
    /// <param name="answers">Where the answers come from, for the transcript.</param>
    public CeremonySetting(string? root, string answers, Func<Question, string?> answer, Action<string> say, TimeProvider clock)
    {
        Root = root;
        _answers = answers;
        _transcript = new Transcript(root is null ? null : Path.Combine(root, TranscriptCheck.LinesFile), clock);
        Folder = new CeremonyFolder(root, _transcript);
        Table = new CeremonyTable(answer, say, _transcript);
    }

    public string? Root { get; }

    public CeremonyFolder Folder { get; }

    public CeremonyTable Table { get; }

    public static long CardExpires(DateTimeOffset now) => now.ToUnixTimeSeconds() + (CardDays * SecondsPerDay);

    /// <summary>Answers itself: a development hierarchy, or a rehearsal that asks nobody.</summary>
    public static CeremonySetting Given(string? root, Action<string> say, TimeProvider clock) => new(root, "given", CeremonyTable.Given, say, clock);

    /// <summary>Who is present, and whether the plan is the one that they agreed on.</summary>
    public void Begin(string kind, PlanFile file, int witnesses)
    {
        var digest = Digest.Of(file.Bytes);
        Table.Record(
            "begin", ("ceremony", kind), ("plan", digest.ToString()), ("machine", Environment.MachineName), ("program", typeof(CeremonySetting).Assembly.GetName().Version!.ToString()),
            ("answers", _answers));
        Table.People(Root is null ? 0 : witnesses);
        Folder.Write(CeremonyFolder.Plan, file.Bytes);
        Table.ReadBack("The plan's SHA-256", digest.ToString());
    }

    public static TrustedKey Trusted(PlanKey plan, SigningKey key, ReadOnlyMemory<byte>? certificate, DateTimeOffset from)
    {
        var begins = plan.From is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds() : from.ToUnixTimeSeconds();
        return new TrustedKey(
            plan.KeyRole!.Value, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, certificate, begins, begins + (plan.Days * SecondsPerDay));
    }

    /// <returns>The signed card.</returns>
    public byte[] SignCard(TrustCard card, IReadOnlyList<SigningKey> roots)
    {
        var payload = Encode(card);
        foreach (var key in card.Keys)
        {
            var bound = key.AcceptedBelow is { } below ? $", accepted below log size {below}" : key.LogSizeTo is { } to ? $", up to log size {to}" : "";
            Table.Say($"   {key.Role.Name(),-14} {key.Kid}  {DateTimeOffset.FromUnixTimeSeconds(key.From):yyyy-MM-dd} to {DateTimeOffset.FromUnixTimeSeconds(key.To):yyyy-MM-dd}{bound}");
        }

        Table.Confirm($"Trust card {card.Version} of {card.Origin} with these {card.Keys.Count} keys, good until {DateTimeOffset.FromUnixTimeSeconds(card.Expires):yyyy-MM-dd}. Does the root sign it?");
        var jws = GeneralJws.Sign(roots, TrustCard.Type, payload);
        Folder.Write(CeremonyFolder.Card, jws);
        return jws;
    }

    /// <summary>The root, and the new one when it changed, sign every line. After that nothing is added.</summary>
    public void Close(IReadOnlyList<SigningKey> roots)
    {
        Table.Step("Last step: the transcript is closed");
        Table.Confirm("Was everything done as it was said, and do the tokens go back under seal?");
        Table.Record("closed", ("by", string.Join(' ', roots.Select(root => root.PublicKey.Kid.ToString()))));
        Folder.Seal(_transcript.Seal(roots));
    }

    private static byte[] Encode(TrustCard card)
    {
        try
        {
            return card.EncodeJson();
        }
        catch (InvalidOperationException outOfBounds)
        {
            throw new CommandException(Codes.CeremonyPlan, outOfBounds.Message, ExitCodes.Usage);
        }
    }
}
