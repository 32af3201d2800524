using System.Text.Json;
using System.Text.Json.Serialization;

namespace ELicense.Authority;

/// <summary>A person by what no other has: an identity number, or a passport. Turned into a mark at the door; never logged, and stored only encrypted.</summary>
/// <param name="IdentityNumber">18 characters, GB 11643.</param>
/// <param name="PassportCountry">ISO 3166-1 alpha-3.</param>
public sealed record PersonName(string? IdentityNumber, string? PassportCountry, string? PassportNumber)
{
    public override string ToString() => nameof(PersonName);
}

/// <summary>What a supervisor proposes.</summary>
/// <param name="Kind">listing (uscc or person, ground, until), removal (entry, ground).</param>
/// <param name="Until">Last day; left out: until it is taken off.</param>
/// <param name="Entry">Number of an entry of the own list.</param>
public sealed record BlackListChangeRequest(string? Kind, string? Uscc, PersonName? Person, string? Ground, DateOnly? Until, long? Entry);

/// <summary>A change of the own list.</summary>
/// <param name="State">proposed, confirmed, rejected.</param>
/// <param name="Person">citizen or passport, its middle hidden; of a listing of a person.</param>
public sealed record BlackListChangeDocument(
    long Id, string Kind, string State, string ContentHash, string? Uscc, string? Person, string Ground, DateOnly? Until, long? Entry, string Proposer, string? Decider);

public sealed record BlackListChangePage(IReadOnlyList<BlackListChangeDocument> Changes, string? Cursor);

/// <summary>An entry, and where it comes from.</summary>
/// <param name="Subject">enterprise, person.</param>
/// <param name="Source">Origin of the authority that listed it; left out: this one.</param>
/// <param name="ListedBy">Who proposed or imported it.</param>
/// <param name="FileDigest">SHA-256 of the file that it came with.</param>
public sealed record BlackListEntryDocument(
    long Id, string Subject, string? Uscc, string Ground, DateOnly? Until, string? Source, string ListedBy, string? ConfirmedBy, DateTimeOffset ListedAt, DateTimeOffset? RemovedAt,
    string? FileDigest);

public sealed record BlackListPage(IReadOnlyList<BlackListEntryDocument> Entries, string? Cursor);

public sealed record PersonSearchRequest(PersonName? Person);

/// <param name="Kind">citizen, passport.</param>
public sealed record PersonIdentifierDocument(string Kind, string Identifier);

/// <param name="Origin">Of the authority whose list it is.</param>
public sealed record BlackListImportDocument(string Origin, DateTimeOffset IssuedAt, int Entries, string FileDigest);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, MaxDepth = 4, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlackListChangeRequest))]
[JsonSerializable(typeof(BlackListChangeDocument))]
[JsonSerializable(typeof(BlackListChangePage))]
[JsonSerializable(typeof(BlackListPage))]
[JsonSerializable(typeof(PersonSearchRequest))]
[JsonSerializable(typeof(PersonIdentifierDocument))]
[JsonSerializable(typeof(BlackListImportDocument))]
internal sealed partial class BlackListJson : JsonSerializerContext;
