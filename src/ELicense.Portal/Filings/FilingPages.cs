using System.Globalization;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Portal.Pages;
using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Portal.Filings;

/// <summary>申报: the list with its answers, the forms, and files that were signed by the token.</summary>
internal static class FilingPages
{
    private const string Room = "filings";
    private const int MaxContact = 200;
    private const int MaxSerial = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/filings", (HttpContext context, FilingCounter counter, CancellationToken cancellation) => List(context, counter, refusal: null, cancellation)).ExcludeFromDescription();
        routes.MapPost("/filings", Upload).Guarded();
        Map(routes, FilingCounter.Amendment, AmendmentForm.Questions, AmendmentForm.Read);
        Map(routes, FilingCounter.AnnualReport, ReportQuestions, ReadReport);
        Map(routes, FilingCounter.LossReport, LossQuestions, ReadLoss);
    }

    private delegate IReadOnlyList<FormPage.Question> Questions(HttpContext context, IFormCollection? entered);

    private delegate FiledApplication? Reader(HttpContext context, FiledApplication about, out Refusal refusal);

    private static void Map(IEndpointRouteBuilder routes, string matter, Questions questions, Reader read)
    {
        routes.MapGet("/filings/" + matter, (HttpContext context) => Form(context, matter, questions(context, null), refusal: null)).ExcludeFromDescription();
        routes.MapPost("/filings/" + matter, (HttpContext context, FilingCounter counter) =>
        {
            var token = context.Visitor().License!.Token!; // whoever may act has a license that is valid
            var application = read(context, new FiledApplication(matter, token.Number.ToString(), token.Version), out var refusal);
            if (application is not null && counter.File(context.Visitor(), matter, application.Encode()) is { } refused)
                (application, refusal) = (null, refused);
            return application is null ? Form(context, matter, questions(context, context.Request.Form), refusal) : context.SeeOther("/filings");
        }).Guarded();
    }

    private static IResult Form(HttpContext context, string matter, IReadOnlyList<FormPage.Question> questions, Refusal? refusal)
    {
        var visitor = context.Visitor();
        if (visitor.Hindrance is { } hindrance)
            return FormGuard.Refuse(context, StatusCodes.Status403Forbidden, hindrance);
        var path = "/filings/" + matter;
        // In the other language too, the certificate that was chosen in the list is filled in.
        var chosen = QueryString.Create(context.Request.Query.Where(part => part.Key != LanguageChoice.QueryName));
        return new PageResult<FormPage, FormPage.Form>(
            context.Page(path + chosen.ToUriComponent()), new(visitor, Room, path, context.Text("matter." + matter), context.Text($"matter.{matter}.lead"), context.Text("filings.submit"), FormGuard.Token(context), questions, refusal),
            refusal is null ? StatusCodes.Status200OK : Status(refusal.Value));
    }

    private static int Status(Refusal refusal) => refusal.Code switch
    {
        Codes.FilingClosed => StatusCodes.Status503ServiceUnavailable,
        Codes.FilingLimit => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status400BadRequest,
    };

    private static async Task<IResult> List(HttpContext context, FilingCounter counter, Refusal? refusal, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        return new PageResult<FilingsPage, FilingsPage.Filings>(
            context.Page("/filings"), new(visitor, await counter.ListAsync(visitor, cancellation), FormGuard.Token(context), refusal),
            refusal is null ? StatusCodes.Status200OK : Status(refusal.Value));
    }

    private static async Task<IResult> Upload(HttpContext context, FilingCounter counter, CancellationToken cancellation)
    {
        var message = await context.Request.ReadFileAsync("file", Filing.MaxBytes, cancellation);
        var refusal = message is null ? new Refusal(Codes.Malformed, "No file, or one that is too large.") : counter.Take(context.Visitor(), message);
        return refusal is null ? context.SeeOther("/filings") : await List(context, counter, refusal, cancellation);
    }

    private static IReadOnlyList<FormPage.Question> ReportQuestions(HttpContext context, IFormCollection? entered)
    {
        var last = context.Now().Year - 1;
        return
        [
            new("year", context.Text("report.year"), entered?["year"].ToString() ?? last.ToString(CultureInfo.InvariantCulture), "number", Required: true),
            new("contact", context.Text("report.contact"), entered?["contact"], Hint: context.Text("report.contact.hint"), Required: true, MaxLength: MaxContact),
            new("employees", context.Text("report.employees"), entered?["employees"], "number", Required: true),
            new("assets", context.Text("report.assets"), entered?["assets"], Hint: context.Text("report.assets.hint")),
        ];
    }

    private static FiledApplication? ReadReport(HttpContext context, FiledApplication about, out Refusal refusal)
    {
        var form = context.Request.Form;
        var (contact, assets) = (form["contact"].ToString().Trim(), form["assets"].ToString().Trim());
        decimal yuan = 0;
        if (!int.TryParse(form["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(form["employees"], NumberStyles.None, CultureInfo.InvariantCulture, out var employees)
            || (assets.Length > 0 && !decimal.TryParse(assets, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out yuan))
            || yuan > long.MaxValue / 100)
            refusal = new Refusal(Codes.NumberOutOfRange, "A year, a number of employees or an amount is none.");
        else if (contact.Length is 0 or > MaxContact)
            refusal = new Refusal(Codes.FieldMissing, "contact");
        else
        {
            refusal = default;
            return about with { AnnualReport = new FiledReport(year, contact, employees, assets.Length == 0 ? null : (long)(yuan * 100)) };
        }

        return null;
    }

    private static IReadOnlyList<FormPage.Question> LossQuestions(HttpContext context, IFormCollection? entered) =>
    [
        new("serial", context.Text("certificate.serial"), (entered is null ? context.Request.Query["serial"] : entered["serial"]).ToString(), Hint: context.Text("loss.serial.hint", context.Visitor().CertificateVerdict.Certificate!.Serial.Hex), Required: true, MaxLength: MaxSerial),
    ];

    /// <summary>The serial number alone says which certificate: the CAs of an authority never use one twice, and the log says whether it is there.</summary>
    private static FiledApplication? ReadLoss(HttpContext context, FiledApplication about, out Refusal refusal)
    {
        var view = context.Visitor().View;
        var text = context.Request.Form["serial"].ToString();
        var hex = string.Concat(text.Where(char.IsAsciiHexDigit)).ToLowerInvariant();
        hex = hex.StartsWith("00", StringComparison.Ordinal) ? hex[2..] : hex;
        refusal = new Refusal(Codes.NotLogged, "The log names no such certificate of an enterprise.");
        if (hex.Length is 0 or > 40 || hex.Length % 2 != 0 || !Cryptography.Certificates.SerialNumber.TryFromInteger(Convert.FromHexString(hex), out var serial))
            return null;
        foreach (var ca in view.Trust.Cas.Where(ca => ca.Key.Role == Core.Trust.KeyRole.EnterpriseCa))
        {
            if (view.Certificates.Find(ca.Key.Kid, serial) is null)
                continue;
            refusal = default;
            return about with { Certificate = new FiledCertificate(ca.Key.Kid.ToString(), serial.Hex) };
        }

        return null;
    }
}
