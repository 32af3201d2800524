using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ELicense.Verification.Listings;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification.Listings;

/// <summary>An enterprise that was found by name.</summary>
/// <param name="FormerName">The name that was found, when the newest license has another.</param>
/// <param name="Verdict">On the newest license.</param>
/// <param name="AsOf">Of the standing, RFC 3339.</param>
public sealed record FoundDocument(string Uscc, string Name, string? FormerName, string Verdict, string AsOf);

/// <summary>A page of what was found; it may be short, or empty, while cursor is there.</summary>
/// <param name="Cursor">For the next page; null after the last.</param>
public sealed record SearchDocument(IReadOnlyList<FoundDocument> Licenses, string? Cursor);

/// <summary>One announcement.</summary>
/// <param name="At">RFC 3339.</param>
/// <param name="Name">Null, and version too, when the face was withdrawn.</param>
/// <param name="Reason">Code of the published table; null: none stated.</param>
/// <param name="Verdict">On the enterprise's newest license, now.</param>
public sealed record AnnouncementDocument(string At, string Uscc, string? Name, int? Version, string? Reason, string Verdict);

/// <summary>A page of announcements, the newest first.</summary>
/// <param name="Kind">issued, revoked, cancelled, suspended or resumed.</param>
/// <param name="Cursor">For the next page; null after the last.</param>
public sealed record BulletinDocument(string Kind, IReadOnlyList<AnnouncementDocument> Entries, string? Cursor);

/// <summary>Search by name and the bulletin (公示) as JSON.</summary>
internal static class ListingApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Lists").WithMetadata(WorkPrice.List);
        api.MapGet("/licenses", Search)
            .WithName("search").WithSummary("Enterprises by name or a part of it: equal names first, then those that begin with it, then those that have it further on.")
            .Produces<SearchDocument>(StatusCodes.Status200OK, "application/json").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/bulletin", Announce)
            .WithName("bulletin").WithSummary("The newest registrations, revocations and other acts; kind is issued (also without it), revoked, cancelled, suspended or resumed.")
            .Produces<BulletinDocument>(StatusCodes.Status200OK, "application/json").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Search(string? name, string? cursor, VerificationDesk desk)
    {
        if (desk.Views.All is not { Count: > 0 } views)
            return Problem.NotReady();
        if (!NameSearch.TryFind(views, name, cursor, desk.Now, out var found, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        return Answer(
            new SearchDocument(
                [.. found.Enterprises.Select(one => new FoundDocument(one.CreditCode.Value, one.Name, one.FormerName, one.Verdict.ApiName(), Moments.Rfc3339(one.AsOf)))], found.Cursor),
            ListingJson.Readable.SearchDocument);
    }

    private static IResult Announce(string? kind, string? cursor, VerificationDesk desk)
    {
        if (desk.Views.All is not { Count: > 0 } views)
            return Problem.NotReady();
        if (!Bulletin.TryRead(views, kind, cursor, desk.Now, out var page, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        return Answer(
            new BulletinDocument(
                page.Kind.ApiName(),
                [.. page.Entries.Select(one => new AnnouncementDocument(Moments.Rfc3339(one.At), one.CreditCode.Value, one.Name, one.Version, one.Reason, one.Verdict.ApiName()))], page.Cursor),
            ListingJson.Readable.BulletinDocument);
    }

    private static TaggedContent Answer<T>(T document, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(document, type), VerificationApi.Json, VerificationApi.Revalidated);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SearchDocument))]
[JsonSerializable(typeof(BulletinDocument))]
internal sealed partial class ListingJson : JsonSerializerContext
{
    /// <summary>Chinese stays Chinese; the answer is served as application/json and never pasted into HTML.</summary>
    public static ListingJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
