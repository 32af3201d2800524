using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Issuance.BlackLists;

/// <summary>One enterprise or person whose matters are held up: exactly one of the two is named, and never by name.</summary>
/// <param name="Person">Mark of <see cref="PersonMarkKey"/>.</param>
/// <param name="Ground">1 to 500 characters.</param>
/// <param name="Until">Last day; null: until it is taken off the list.</param>
public sealed record BlackListEntry(CreditCode? Enterprise, Digest? Person, string Ground, DateOnly? Until)
{
    public const int MaxGround = 500;

    /// <summary>Of a person on the own list: the identifier as <see cref="PersonMarkKey.Seal"/> gives it; empty: the mark alone is known.</summary>
    public ReadOnlyMemory<byte> Identifier { get; init; }

    /// <summary>Code: black-list-entry.</summary>
    internal Refusal? Fault() => (Enterprise is null) == (Person is null) || !PlainText.IsWithin(Ground, MaxGround)
        ? new Refusal(Codes.BlackListEntry, $"An entry names an enterprise or a person, and a ground of 1 to {MaxGround} characters.")
        : null;
}

/// <summary>An entry and where it comes from.</summary>
/// <param name="Source">Origin of the authority that listed it; empty: this one.</param>
/// <param name="ListedBy">Who proposed or imported it.</param>
/// <param name="ConfirmedBy">Null: imported, or listed under a former release.</param>
/// <param name="File">SHA-256 of the exchange file that it came with; null: own.</param>
public sealed record ListedEntry(
    long Id, BlackListEntry Entry, string Source, string ListedBy, DateTimeOffset ListedAt, string? ConfirmedBy, DateTimeOffset? RemovedAt, Digest? File);

/// <summary>A supervisor's decision to let one content of a matter pass the black list.</summary>
public sealed record BlackListOverride(long MatterId, Digest ContentHash, string Person, string Ground, DateTimeOffset At);
