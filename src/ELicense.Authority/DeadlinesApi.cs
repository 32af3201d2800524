using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Issuance;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>A matter whose limit is nearly or wholly used.</summary>
/// <param name="WorkingDays">Used so far.</param>
/// <param name="Limit">Working days.</param>
/// <param name="DueOn">Last day of the limit.</param>
/// <param name="Colour">yellow, red.</param>
public sealed record DeadlineDocument(
    long Id, string Type, string State, int Office, string Applicant, DateTimeOffset AppliedAt, long WorkingDays, long Limit, DateOnly DueOn, string Colour);

public sealed record DeadlinePage(IReadOnlyList<DeadlineDocument> Overdue, string? Cursor);

/// <summary>What ended in a month at an office.</summary>
/// <param name="Month">yyyy-MM, China time.</param>
/// <param name="MedianSeconds">Time in the authority's hands, nights and days off included.</param>
public sealed record DeadlineFiguresDocument(
    string Month, int Office, string Type, long Count, long OnTime, long Late, long MedianSeconds, long P90Seconds, long LongestSeconds, long LongestWorkingDays);

public sealed record DeadlineFiguresList(IReadOnlyList<DeadlineFiguresDocument> Figures);

/// <summary>Supervision of deadlines (效能监察) over HTTP.</summary>
internal static class DeadlinesApi
{
    private const int PageSize = 100;
    private const int MaxMonths = 120;
    private const string Month = "yyyy-MM";

    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/deadlines").WithTags("Deadlines").For(Call.ReadDeadlines);
        api.MapGet("/overdue", Overdue).WithName("overdue")
            .WithSummary("Open matters that are red (by default) or yellow, oldest first, of the offices where the officer has a role, or of one office and those below it.")
            .Produces<DeadlinePage>().Refuses(400, 422);
        api.MapGet("/figures", Figures).WithName("figures")
            .WithSummary("What ended from a month to another (yyyy-MM; by default this one), by month, office and type; text/csv where that is accepted.")
            .Produces<DeadlineFiguresList>().Produces<string>(StatusCodes.Status200OK, "text/csv").Refuses(400, 422);
    }

    /// <summary>Matters of the queue with due day and colour, where they have a limit that runs.</summary>
    public static IReadOnlyList<ApplicationDocument> Coloured(IReadOnlyList<ApplicationDocument> page, AuthorityRoleOptions authority)
    {
        var deadlines = authority.Deadlines.Of(page.Select(matter => matter.Id));
        return [.. page.Select(matter => deadlines.TryGetValue(matter.Id, out var deadline) ? matter with { DueOn = deadline.DueOn, Colour = Name(deadline.Colour) } : matter)];
    }

    private static IResult Overdue(string? colour, string? office, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        var wanted = Array.Find([DeadlineColour.Red, DeadlineColour.Yellow], known => Name(known) == (colour ?? Name(DeadlineColour.Red)));
        if (wanted == 0)
            return context.Refuse(new Refusal(Codes.Malformed, "colour is red or yellow."));
        if (!Cursor.TryRead(cursor, out var after, out var refusal) || !TryOffices(office, context, out var offices, out refusal))
            return context.Refuse(refusal);
        var page = authority.Deadlines.Find(wanted, offices, after, PageSize);
        return Results.Json(
            new DeadlinePage(
                [.. page.Select(late => new DeadlineDocument(
                    late.MatterId, MatterNames.Of(late.Type), MatterNames.Of(late.State), late.Office, late.Applicant, late.AppliedAt, late.WorkingDays, late.Limit, late.DueOn,
                    Name(late.Colour)))],
                Cursor.Next(page, PageSize, late => late.MatterId)),
            DeadlinesJson.Default.DeadlinePage);
    }

    private static IResult Figures(string? from, string? to, string? office, HttpContext context, AuthorityRoleOptions authority)
    {
        var today = DateOnly.FromDateTime(authority.Clock.GetUtcNow().ToOffset(ChinaStandardTime).DateTime);
        if (!TryMonth(from, today, out var first) || !TryMonth(to, today, out var last) || last < first || last >= first.AddMonths(MaxMonths))
            return context.Refuse(new Refusal(Codes.Malformed, $"from and to are months (yyyy-MM), at most {MaxMonths} of them."));
        if (!TryOffices(office, context, out var offices, out var refusal))
            return context.Refuse(refusal);
        var figures = authority.Deadlines.Figures(first, last, offices).Select(Of);
        return context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/csv")
            ? Results.Text(ToCsv(figures), "text/csv", Encoding.UTF8)
            : Results.Json(new DeadlineFiguresList([.. figures]), DeadlinesJson.Default.DeadlineFiguresList);
    }

    /// <summary>Those at which the officer may read deadlines, all or one and those below it. Codes: malformed, office-unknown, right-missing.</summary>
    private static bool TryOffices(string? text, HttpContext context, [NotNullWhen(true)] out IReadOnlyList<int>? offices, out Refusal refusal)
    {
        var officer = context.Officer();
        offices = null;
        refusal = default;
        int? above = null;
        if (text is not null)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                refusal = new Refusal(Codes.Malformed, "office is a number.");
            else if (!officer.Offices.Contains(number))
                refusal = new Refusal(Codes.OfficeUnknown, $"The authority has no office {number}.");
            else
                refusal = Rights.Check(officer, Call.ReadDeadlines, number) ?? default;
            if (refusal != default)
                return false;
            above = number;
        }

        offices = [.. Rights.Offices(officer, Call.ReadDeadlines).Where(office => above is not { } top || officer.Offices.IsWithin(office, top))];
        return true;
    }

    private static bool TryMonth(string? text, DateOnly today, out DateOnly month)
    {
        month = new DateOnly(today.Year, today.Month, 1);
        return text is null || DateOnly.TryParseExact(text, Month, CultureInfo.InvariantCulture, DateTimeStyles.None, out month);
    }

    private static DeadlineFiguresDocument Of(DeadlineFigures figures) => new(
        figures.Month.ToString(Month, CultureInfo.InvariantCulture), figures.Office, MatterNames.Of(figures.Type), figures.Count, figures.OnTime, figures.Late,
        Seconds(figures.Median), Seconds(figures.P90), Seconds(figures.Longest), figures.LongestWorkingDays);

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    private static string ToCsv(IEnumerable<DeadlineFiguresDocument> figures)
    {
        using var writer = new StringWriter();
        Csv.WriteRecord(writer, "month", "office", "type", "count", "onTime", "late", "medianSeconds", "p90Seconds", "longestSeconds", "longestWorkingDays");
        foreach (var row in figures)
        {
            Csv.WriteRecord(
                writer, row.Month, Number(row.Office), row.Type, Number(row.Count), Number(row.OnTime), Number(row.Late), Number(row.MedianSeconds), Number(row.P90Seconds),
                Number(row.LongestSeconds), Number(row.LongestWorkingDays));
        }

        return writer.ToString();

        static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static string Name(DeadlineColour colour) => JsonNamingPolicy.KebabCaseLower.ConvertName(colour.ToString());
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadlinePage))]
[JsonSerializable(typeof(DeadlineFiguresList))]
internal sealed partial class DeadlinesJson : JsonSerializerContext;
