using ELicense.Core.Enterprises;

namespace ELicense.Display;

/// <summary>A badge: the promise that one site shows one enterprise's license.</summary>
/// <param name="Id">26 characters of lower-case Base32: 128 random bits.</param>
/// <param name="Origin">Scheme, host and port of the registered site.</param>
public sealed record Badge(string Id, CreditCode CreditCode, Uri Origin, DateTimeOffset Created);

/// <summary>The display role's own SQLite database of badges.</summary>
public sealed class BadgeStore
{
    /// <summary>Opens or creates the database file.</summary>
    public static BadgeStore Open(string path) => throw new NotImplementedException();

    /// <summary>Registers a badge; the same code and origin again gives the badge that is there.</summary>
    /// <param name="origin">An http or https address; path and query are cut off.</param>
    public Badge Register(CreditCode creditCode, Uri origin, DateTimeOffset now) => throw new NotImplementedException();

    public Badge? Find(string id) => throw new NotImplementedException();
}
