using System.Data.Common;
using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>A row of the table of matters.</summary>
internal sealed class MatterRow
{
    /// <summary>In the order that <see cref="Read"/> wants.</summary>
    public const string Columns = "id, type, state, office, content, content_hash, applicant, applied_ms, approver, approved_ms, refusal_code, refusal_detail, decider, decided_ms, ground, finished_ms";

    public required long Id { get; init; }
    public required long Type { get; init; }
    public required long State { get; init; }
    public required long Office { get; init; }
    public required byte[] Content { get; init; }
    public required Digest Hash { get; init; }
    public required string Applicant { get; init; }
    public required long AppliedMs { get; init; }
    public string? Approver { get; init; }
    public long? ApprovedMs { get; init; }
    public Refusal? Refusal { get; init; }
    public Decision? Decision { get; init; }
    public long? FinishedMs { get; init; }

    public MatterState StateName => (MatterState)State;

    public static MatterRow Read(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Type = reader.GetInt64(1),
        State = reader.GetInt64(2),
        Office = reader.GetInt64(3),
        Content = reader.GetFieldValue<byte[]>(4),
        Hash = new Digest(reader.GetFieldValue<byte[]>(5)),
        Applicant = reader.GetString(6),
        AppliedMs = reader.GetInt64(7),
        Approver = reader.IsDBNull(8) ? null : reader.GetString(8),
        ApprovedMs = reader.IsDBNull(9) ? null : reader.GetInt64(9),
        Refusal = reader.IsDBNull(10) ? null : new Refusal(reader.GetString(10), reader.GetString(11)),
        Decision = reader.IsDBNull(12)
            ? null
            : new Decision(reader.GetString(12), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(13)), reader.GetString(14)),
        FinishedMs = reader.IsDBNull(15) ? null : reader.GetInt64(15),
    };

    /// <exception cref="InvalidDataException">The stored content is not one that this release wrote.</exception>
    public Matter ToMatter()
    {
        if (!MatterContent.TryDecode(Content, out var content, out _, out var refusal))
            throw new InvalidDataException($"Matter {Id}: {refusal}");
        return new Matter(
            Id, (MatterType)Type, StateName, Hash, content, (int)Office, Applicant, DateTimeOffset.FromUnixTimeMilliseconds(AppliedMs), Approver,
            ApprovedMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null, Refusal)
        {
            Decision = Decision,
            FinishedAt = FinishedMs is { } finished ? DateTimeOffset.FromUnixTimeMilliseconds(finished) : null,
        };
    }
}
