using ELicense.Core;

namespace ELicense.Issuance.Store;

/// <summary>An answer as it was given.</summary>
public sealed record StoredAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <summary>How a call with an idempotency key stands.</summary>
public enum CallStanding
{
    /// <summary>Never seen, or its process died: carry it out.</summary>
    New,

    /// <summary>The answer is there: give it again.</summary>
    Answered,

    /// <summary>It is being carried out at this moment.</summary>
    Running,

    /// <summary>The key was used for another request.</summary>
    OtherRequest,
}

/// <summary>Calls with an idempotency key: for each person, the same key and request give one result.</summary>
public sealed class AnsweredCalls(Register register, TimeProvider clock)
{
    /// <summary>A call that runs longer has lost its process; calls are bounded by far less.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer is given again: the same key after it is a new call.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <param name="request">SHA-256 of what was asked.</param>
    /// <param name="answer">When <see cref="CallStanding.Answered"/>.</param>
    public CallStanding Begin(string person, string key, Digest request, out StoredAnswer? answer)
    {
        answer = null;
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var transaction = register.Write();
        var inserted = transaction.Execute(
            """
            INSERT INTO idempotency_keys (person, idempotency_key, request_hash, started_ms) VALUES (@person, @key, @hash, @nowMs)
            ON CONFLICT (person, idempotency_key) DO NOTHING
            """,
            new { person, key, hash = request.ToArray(), nowMs });
        var row = transaction.Find<Row>(
            """
            SELECT request_hash AS RequestHash, started_ms AS StartedMs, status, content_type AS ContentType, location, body
            FROM idempotency_keys WHERE person = @person AND idempotency_key = @key
            """,
            new { person, key })!;
        var standing = Standing(row, request, inserted == 1, nowMs);
        if (standing == CallStanding.Answered)
            answer = new StoredAnswer((int)row.Status!.Value, row.ContentType, row.Location, row.Body!);
        else if (standing == CallStanding.New && inserted == 0)
            transaction.Execute("UPDATE idempotency_keys SET started_ms = @nowMs WHERE person = @person AND idempotency_key = @key", new { person, key, nowMs });
        transaction.Commit();
        return standing;
    }

    public void Finish(string person, string key, StoredAnswer answer)
    {
        using var transaction = register.Write();
        transaction.Execute(
            """
            UPDATE idempotency_keys SET status = @status, content_type = @ContentType, location = @Location, body = @Body
            WHERE person = @person AND idempotency_key = @key
            """,
            new { person, key, status = (long)answer.Status, answer.ContentType, answer.Location, answer.Body });
        transaction.Commit();
    }

    /// <summary>The call failed in a way that may pass: the same key may try again.</summary>
    public void Forget(string person, string key)
    {
        using var transaction = register.Write();
        transaction.Execute("DELETE FROM idempotency_keys WHERE person = @person AND idempotency_key = @key AND status IS NULL", new { person, key });
        transaction.Commit();
    }

    /// <summary>Deletes the calls that are older than seven days.</summary>
    public void DeleteOld()
    {
        using var transaction = register.Write();
        transaction.Execute("DELETE FROM idempotency_keys WHERE started_ms < @limit", new { limit = (clock.GetUtcNow() - Kept).ToUnixTimeMilliseconds() });
        transaction.Commit();
    }

    private static CallStanding Standing(Row row, Digest request, bool inserted, long nowMs)
    {
        if (inserted)
            return CallStanding.New;
        if (!row.RequestHash.AsSpan().SequenceEqual(request.Span))
            return CallStanding.OtherRequest;
        if (row.Status is not null)
            return CallStanding.Answered;
        return nowMs - row.StartedMs > LongestCall.TotalMilliseconds ? CallStanding.New : CallStanding.Running;
    }

    private sealed class Row
    {
        public required byte[] RequestHash { get; init; }
        public required long StartedMs { get; init; }
        public long? Status { get; init; }
        public string? ContentType { get; init; }
        public string? Location { get; init; }
        public byte[]? Body { get; init; }
    }
}
