using System.Data.Common;
using System.Text;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;

namespace ELicense.Issuance.Publishing;

/// <summary>
/// What became of filings, answers/&lt;digest&gt;.jws (docs/formats.md, Answer): written when the state has changed, then marked; who dies in between writes it again. Removed
/// <see cref="Kept"/> after the last one.
/// </summary>
public sealed class PublishedAnswers(AuthoritySettings settings, Register register, SigningKey answer)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    /// <summary>The rest waits for the next round, which is at once.</summary>
    private const int MostARound = 200;

    private const int Removed = 8;

    // "due" is FilingState + 1, as "answered" is.
    private const string Due =
        """
        SELECT * FROM (
            SELECT f.id, f.digest, s.answered,
                CASE s.state WHEN 2 THEN 1 WHEN 3 THEN 4 WHEN 4 THEN 6
                    ELSE CASE m.state WHEN 3 THEN 3 WHEN 4 THEN 6 WHEN 6 THEN 4 WHEN 7 THEN 5 WHEN 8 THEN 7 ELSE 2 END END AS due,
                CASE WHEN m.id IS NULL THEN s.decided_ms WHEN m.state < 3 THEN m.applied_ms WHEN m.state = 6 THEN m.decided_ms ELSE m.finished_ms END AS at_ms,
                coalesce(m.ground, s.ground) AS ground, coalesce(m.refusal_code, s.refusal_code) AS code, coalesce(m.refusal_detail, s.refusal_detail) AS detail, m.type, p.version
            FROM filing_states s JOIN filings f ON f.id = s.filing_id LEFT JOIN matters m ON m.id = s.matter_id LEFT JOIN prepared_licenses p ON p.matter_id = m.id
            WHERE s.answered < 3 AND s.state > 1) AS standing
        WHERE due <> answered ORDER BY id LIMIT @limit
        """;

    private readonly PublicationFolder _folder = new(settings.PublicationFolder);

    /// <summary>Filings whose state is not the published one.</summary>
    internal IReadOnlyList<DueAnswer> FindDue()
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, Due, "limit");
        return find.List(Read, (long)MostARound);
    }

    /// <param name="due">Read before the log was.</param>
    /// <param name="logSize">Of the log that is published by now.</param>
    internal void Publish(IReadOnlyList<DueAnswer> due, long logSize, DateTimeOffset now)
    {
        foreach (var (_, due1, isLogged) in due)
        {
            var json = (isLogged ? due1 with { LogSize = logSize } : due1).EncodeJson();
            _folder.Write(FilingAnswer.PathOf(due1.Filing), Encoding.ASCII.GetBytes(Jws.Sign(answer, FilingAnswer.Type, json)));
        }

        _folder.Flush();
        Mark(due.Select(one => (one.FilingId, (int)one.Answer.State + 1)), now);
        var old = FindOld(now);
        foreach (var (_, digest) in old)
            _folder.Delete(FilingAnswer.PathOf(digest));
        Mark(old.Select(one => (one.FilingId, Removed)), now);
        if (due.Count == MostARound || old.Count == MostARound)
            register.WakePublisher();
    }

    private DueAnswer Read(DbDataReader reader)
    {
        var state = (FilingState)(reader.GetInt64(3) - 1);
        var reason = state switch
        {
            FilingState.Returned or FilingState.Rejected => Text(5),
            // A rule's words may repeat what was filed.
            FilingState.Refused => PlainText.IsWithin(Text(7), FilingAnswer.LongestReason) ? Text(7) : null,
            _ => null,
        };
        var type = reader.IsDBNull(8) ? default : (MatterType)reader.GetInt64(8);
        var approved = state == FilingState.Approved;
        return new DueAnswer(
            reader.GetInt64(0),
            new FilingAnswer(settings.AuthorityNumber, new Digest(reader.GetFieldValue<byte[]>(1)), state, DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)).ToUnixTimeSeconds())
            {
                Code = state == FilingState.Refused ? Text(6) : null,
                Reason = reason,
                Version = approved && !reader.IsDBNull(9) ? (int)reader.GetInt64(9) : null,
            },
            approved && type != MatterType.AnnualReport);

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private IReadOnlyList<(long FilingId, Digest Digest)> FindOld(DateTimeOffset now)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            """
            SELECT f.id, f.digest FROM filing_states s JOIN filings f ON f.id = s.filing_id
            WHERE s.answered BETWEEN 3 AND 7 AND s.answered_ms < @limit ORDER BY s.answered_ms LIMIT @most
            """,
            "limit", "most");
        return find.List(reader => (reader.GetInt64(0), new Digest(reader.GetFieldValue<byte[]>(1))), (now - Kept).ToUnixTimeMilliseconds(), (long)MostARound);
    }

    private void Mark(IEnumerable<(long FilingId, int Answered)> answers, DateTimeOffset now)
    {
        var marked = answers.ToList();
        if (marked.Count == 0)
            return;
        using var transaction = register.Write();
        foreach (var (id, answered) in marked)
            transaction.Execute(
                "UPDATE filing_states SET answered = @answered, answered_ms = @now WHERE filing_id = @id", new { id, answered = (long)answered, now = now.ToUnixTimeMilliseconds() });
        transaction.Commit();
    }
}

/// <summary>An answer that is not published yet.</summary>
/// <param name="IsLogged">The log has the effect.</param>
internal sealed record DueAnswer(long FilingId, FilingAnswer Answer, bool IsLogged);
