using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Trust;

namespace ELicense.Core.Tokens;

/// <summary>Where a filing stands at the authority.</summary>
public enum FilingState
{
    /// <summary>受理: an officer has taken it up.</summary>
    Accepted,

    /// <summary>审核: submitted; a second officer decides.</summary>
    InReview,

    /// <summary>核准: approved and carried out.</summary>
    Approved,

    /// <summary>退回: to be mended and filed anew.</summary>
    Returned,

    /// <summary>驳回</summary>
    Rejected,

    /// <summary>By a rule, when it came in or when it should have been carried out.</summary>
    Refused,

    /// <summary>A loss report that nobody confirmed in time.</summary>
    Lapsed,
}

/// <summary>What became of a filing, answers/&lt;SHA-256 of the filing&gt;.jws; signed by the answer key. It does not say who filed.</summary>
/// <param name="AuthorityNumber">1 to 9999.</param>
/// <param name="Filing">SHA-256 of the whole filing as it lay in the inbox.</param>
/// <param name="At">When that state was reached, in seconds.</param>
public sealed record FilingAnswer(int AuthorityNumber, Digest Filing, FilingState State, long At)
{
    public const string Type = "elicense-answer+jws";
    public const int MaxJwsBytes = 16 * 1024;

    /// <summary>In UTF-16 code units; as the ground of a decision.</summary>
    public const int LongestReason = 1000;

    private const int Format = 1;
    private const int MaxJsonBytes = 12 * 1024;
    private const int LastVersion = 999;

    private static readonly Dictionary<FilingState, string> Names = new()
    {
        [FilingState.Accepted] = "accepted",
        [FilingState.InReview] = "in-review",
        [FilingState.Approved] = "approved",
        [FilingState.Returned] = "returned",
        [FilingState.Rejected] = "rejected",
        [FilingState.Refused] = "refused",
        [FilingState.Lapsed] = "lapsed",
    };

    /// <summary>Stable code of a refusal; null in every other state.</summary>
    public string? Code { get; init; }

    /// <summary>For the person: the officer's ground, or what the rule says.</summary>
    public string? Reason { get; init; }

    /// <summary>License version that came of it, 1 to 999.</summary>
    public int? Version { get; init; }

    /// <summary>Size of the log with which the effect is public; null where the log has nothing of it.</summary>
    public long? LogSize { get; init; }

    /// <summary>Nothing follows.</summary>
    public bool IsFinal => State is not (FilingState.Accepted or FilingState.InReview);

    /// <summary>In the publication.</summary>
    public static string PathOf(Digest filing) => $"answers/{filing}.jws";

    /// <summary>UTF-8 JSON, the JWS payload: no white space, members in the documented order.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecodeJson"/> would refuse it.</exception>
    public byte[] EncodeJson() => Fault() is { } fault
        ? throw new InvalidOperationException($"An answer cannot state this: {fault}.")
        : TrustJson.Write(
            new FilingAnswerJson(Format, AuthorityNumber, Filing.ToString(), Names[State], At, Code, Reason, Version, LogSize), TrustJson.Strict.FilingAnswerJson);

    /// <summary>Bounded, strict: unknown and duplicate members are refused. Codes: too-large, malformed, unknown-format.</summary>
    public static bool TryDecodeJson(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out FilingAnswer? answer, out Refusal refusal)
    {
        answer = null;
        if (!TrustJson.TryRead(json.Span, MaxJsonBytes, TrustJson.Strict.FilingAnswerJson, out var read, out refusal))
            return false;
        if (read.Format != Format)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"answer of format {read.Format}, this reads format {Format}");
            return false;
        }

        refusal = new Refusal(Codes.Malformed, "no answer to a filing");
        if (!Digest.TryParseHex(read.Filing, out var filing) || filing.ToString() != read.Filing || Names.FirstOrDefault(name => name.Value == read.State) is not { Value: not null } state)
            return false;
        var candidate = new FilingAnswer(read.Authority, filing, state.Key, read.At) { Code = read.Code, Reason = read.Reason, Version = read.Version, LogSize = read.LogSize };
        if (candidate.Fault() is { } fault)
        {
            refusal = new Refusal(Codes.Malformed, fault);
            return false;
        }

        answer = candidate;
        refusal = default;
        return true;
    }

    private string? Fault()
    {
        if (AuthorityNumber is < 1 or > 9999)
            return "an authority number outside 1 to 9999";
        if (!TrustCardBounds.IsInstant(At))
            return "an instant outside the years 1970 to 9999";
        if (Code is null == (State == FilingState.Refused) || (Code is not null && !PlainText.IsWithin(Code, 64)))
            return "a code goes with a refusal, and with nothing else";
        if (Reason is not null && !PlainText.IsWithin(Reason, LongestReason))
            return $"a reason of more than {LongestReason} characters, or with control characters";
        if (Reason is null && State is FilingState.Returned or FilingState.Rejected)
            return "a return or rejection without a reason";
        if (Version is < 1 or > LastVersion || LogSize is < 1)
            return "a version or log size out of its bounds";
        return State != FilingState.Approved && (Version ?? LogSize) is not null ? "an effect of what was not approved" : null;
    }
}

internal sealed record FilingAnswerJson(
    int Format, int Authority, string Filing, string State, long At, string? Code = null, string? Reason = null, int? Version = null, long? LogSize = null);
